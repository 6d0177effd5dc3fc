import Testing

@Suite("Ledger of the load")
struct EndToEndLedgerTests {
    @Test("an answer is sure, a call without one leaves both outcomes open, and anything else is a contradiction")
    func contradictions() {
        let ledger = EndToEndLedger()
        ledger.send("a", .present("1"))
        ledger.answer("a", .present("1"))
        #expect(ledger.present("a") == ["a"])
        ledger.send("b", .present("1"))
        #expect(ledger.present("b") == [])
        #expect(ledger.settle(["a": "1", "b": "1"]) == [])
        ledger.send("a", .absent)
        ledger.answer("a", .absent)
        ledger.send("b", .present("2"))
        #expect(ledger.settle(["a": "1", "b": "3", "c": "1"]).map { $0.prefix(1) } == ["a", "b", "c"])
        #expect(ledger.answers == 2)
    }
}
