import MartletModels
import Testing

@Suite("Metric tag values")
struct MetricTagValueTests {
    @Test("resolve to a fixed text or to what the instance knows")
    func resolve() {
        let instance = InstanceGUID("i")
        #expect(MetricTagValue(static: "a").resolved(index: 3, instance: instance) == "a")
        #expect(MetricTagValue(dynamic: .index).resolved(index: 3, instance: instance) == "3")
        #expect(MetricTagValue(dynamic: .instanceGUID).resolved(index: 3, instance: instance) == "i")
    }

    @Test("exactly one of the two is set")
    func valid() {
        #expect(MetricTagValue(static: "a").isValid)
        #expect(MetricTagValue(dynamic: .index).isValid)
        #expect(!MetricTagValue().isValid)
        #expect(!MetricTagValue(static: "a", dynamic: .index).isValid)
    }
}
