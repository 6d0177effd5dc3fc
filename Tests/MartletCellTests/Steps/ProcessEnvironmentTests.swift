import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Process environment")
struct ProcessEnvironmentTests {
    private func texts(_ variables: [EnvironmentVariable]) -> [String] { variables.map { "\($0.name)=\($0.value)" } }

    @Test("the desired LRP wins over the image, and the last of a name counts")
    func container() {
        let variables = ProcessEnvironment.ofContainer(
            image: [.init(name: "PATH", value: "/image"), .init(name: "LANG", value: "C")],
            instance: "i-1",
            index: 2,
            desired: [.init(name: "LANG", value: "de"), .init(name: "LANG", value: "fr")]
        )
        #expect(
            texts(variables) == [
                "PATH=/image", "LANG=fr", "INSTANCE_GUID=i-1", "CF_INSTANCE_GUID=i-1", "INSTANCE_INDEX=2",
                "CF_INSTANCE_INDEX=2",
            ]
        )
    }

    @Test("ports are a JSON array whose fields are in Diego's order")
    func ports() {
        let netInfo = ActualLRPNetInfo(
            address: "192.0.2.1",
            ports: [
                PortMapping(
                    containerPort: 8080,
                    hostPort: 61001,
                    containerTLSProxyPort: 61443,
                    hostTLSProxyPort: 61002
                ),
                PortMapping(containerPort: 9090, hostPort: 0),
            ],
            instanceAddress: "10.254.0.2"
        )
        let variables = ProcessEnvironment(netInfo: netInfo).variables(for: [.init(name: "PORT", value: "8080")])
        #expect(
            texts(variables) == [
                "PORT=8080", "CF_INSTANCE_IP=192.0.2.1", "CF_INSTANCE_INTERNAL_IP=10.254.0.2", "CF_INSTANCE_PORT=61001",
                "CF_INSTANCE_ADDR=192.0.2.1:61001",
                #"CF_INSTANCE_PORTS=[{"external":61001,"internal":8080,"external_tls_proxy":61002,"#
                    + #""internal_tls_proxy":61443},{"internal":9090}]"#,
            ]
        )
    }

    @Test("without ports the names are there and empty")
    func noPorts() {
        let variables = ProcessEnvironment(netInfo: ActualLRPNetInfo(address: "192.0.2.1")).variables(for: [])
        #expect(
            texts(variables) == [
                "CF_INSTANCE_IP=192.0.2.1", "CF_INSTANCE_INTERNAL_IP=", "CF_INSTANCE_PORT=", "CF_INSTANCE_ADDR=",
                "CF_INSTANCE_PORTS=[]",
            ]
        )
    }
}
