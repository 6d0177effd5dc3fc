import MartletContainers
import MartletLinux
import MartletLog
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Adapters")
struct AdapterValuesTests {
    @Test("a container's request in the words of the real containers")
    func containerSpec() throws {
        var request = ContainerRequest.fixture("i-1")
        request.limits = ContainerResources(memoryMB: 64, diskMB: 0, maxPIDs: 0)
        request.cpuWeight = 50
        request.ports = [8080]
        request.environment = [EnvironmentVariable(name: "A", value: "b")]
        let spec = try ContainerSpec(request)
        #expect(spec.memoryBytes == 64 << 20)
        #expect(spec.pids == nil)
        #expect(spec.cpuShares == 512)
        #expect(spec.ports == [8080])
        #expect(spec.environment == [.init("A", "b")])
        request.cpuWeight = 0
        #expect(try ContainerSpec(request).cpuShares == 2)
        request.id = "no/path"
        #expect(throws: ContainerError.self) { try ContainerSpec(request) }
    }

    @Test(
        "an image's assignment is split at the first equals sign",
        arguments: [("A=b", "A", "b"), ("A=b=c", "A", "b=c"), ("A=", "A", ""), ("A", "A", "")]
    )
    func assignment(text: String, name: String, value: String) {
        #expect(EnvironmentVariable(assignment: text) == EnvironmentVariable(name: name, value: value))
    }

    @Test("a line of an app becomes a record with the fields that tell apps apart")
    func journal() {
        let sink = RecordingSink()
        let line = AppLogLine(
            key: .fixture("app", 2),
            instance: "i-1",
            logGUID: "log",
            source: "APP",
            stream: .err,
            text: "oops"
        )
        JournalAppLog(sink).write(line)
        let fields = [
            "process_guid": "app", "instance_guid": "i-1", "index": "2", "source_type": "APP", "stream": "ERR",
            "log_guid": "log",
        ]
        #expect(sink.records.withLock { $0 } == [LogRecord(level: .info, message: "oops", fields: fields)])
    }
}

private final class RecordingSink: LogSink {
    let records = Locked<[LogRecord]>([])

    func write(_ record: LogRecord) { records.withLock { $0.append(record) } }
}
