import MartletCLI
import Testing

@Suite("Settings")
struct SettingsTests {
    let known = [
        Setting("data", .text, fallback: "/var/lib/martlet", help: ""),
        Setting("containers", .number(unit: "containers"), fallback: "250", help: ""),
        Setting("stop-grace", .seconds, fallback: "10", help: ""),
        Setting("preloaded", .list, fallback: nil, help: ""),
        Setting("config", .text, fallback: nil, help: ""),
        Setting("convergence-interval", .interval, fallback: "30", help: ""),
        Setting("convergence-brake-share", .share, fallback: "0.5", help: ""),
    ]

    private func read(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        file: String = "{}"
    ) throws -> Settings {
        try Settings(known, arguments: arguments, environment: environment) { _ throws(SettingsError) in
            Array(file.utf8)
        }
    }

    private func refusal(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        file: String = "{}"
    ) -> String {
        do {
            _ = try read(arguments, environment: environment, file: file)
            return "accepted"
        } catch { return "\(error)" }
    }

    @Test("a flag wins over the environment, that over the file, that over the default")
    func layers() throws {
        let file = #"{"data": "file", "containers": 7, "stop-grace": 2.5, "preloaded": ["a:/a", "b:/b"]}"#
        let environment = ["MARTLET_DATA": "environment", "MARTLET_CONTAINERS": "8", "MARTLET_CONFIG": "m.json"]
        let settings = try read(["--data", "flag"], environment: environment, file: file)
        #expect(settings.text("data") == "flag")
        #expect(settings.number("containers") == 8)
        #expect(settings.duration("stop-grace") == .milliseconds(2_500))
        #expect(settings.list("preloaded") == ["a:/a", "b:/b"])
        #expect(try read().number("containers") == 250)
    }

    @Test("shares are between 0 and 1, and intervals longer than nothing")
    func ranges() throws {
        let file = #"{"convergence-interval": 2.5, "convergence-brake-share": 1}"#
        let settings = try read(["--config", "m.json"], file: file)
        #expect(settings.duration("convergence-interval") == .milliseconds(2_500))
        #expect(settings.share("convergence-brake-share") == 1)
        #expect(try read().share("convergence-brake-share") == 0.5)
        #expect(refusal(["--convergence-interval", "0"]) == "convergence-interval: it must be more than 0 seconds")
        for value in ["1.1", "-0.1", "half", "nan", "inf", "50%"] {
            #expect(
                refusal(["--convergence-brake-share", value])
                    == #"convergence-brake-share: it is a share from 0 to 1, not "\#(value)""#
            )
        }
        for value in ["nan", "inf", "1e300", "-1"] {
            #expect(refusal(["--stop-grace", value]) == #"stop-grace is a number of seconds, not "\#(value)""#)
        }
        #expect(Setting.server.contains { $0.name == "convergence-brake-minimum" && $0.fallback == "10" })
    }

    @Test("a list grows with every flag, and splits at commas in the environment")
    func lists() throws {
        #expect(try read(["--preloaded=a:/a", "--preloaded", "b:/b"]).list("preloaded") == ["a:/a", "b:/b"])
        #expect(try read(environment: ["MARTLET_PRELOADED": "a:/a,b:/b"]).list("preloaded") == ["a:/a", "b:/b"])
    }

    @Test("two swapped letters of a short name are understood, another word is not")
    func swapped() {
        #expect(NearestName.of("psuh", among: ["push", "apps", "why"]) == "push")
        #expect(NearestName.of("zap", among: ["push", "apps", "why"]) == nil)
    }

    @Test("a mistake is named, with where it stood and what was probably meant")
    func mistakes() {
        #expect(refusal(["--contaners", "3"]) == "unknown flag --contaners; did you mean containers?")
        #expect(refusal(["--zzz", "3"]) == "unknown flag --zzz")
        #expect(refusal(["up"]) == "unexpected argument up; settings begin with --")
        #expect(refusal(["--data"]) == "--data needs a value")
        #expect(refusal(["--containers", "many"]) == #"containers is a number of containers, not "many""#)
        #expect(refusal(["--stop-grace", "-1"]) == #"stop-grace is a number of seconds, not "-1""#)
        #expect(
            refusal(["--config", "m.json"], file: #"{"dta": "x"}"#)
                == "unknown key in m.json: dta; did you mean data?"
        )
        #expect(refusal(["--config", "m.json"], file: "[1]").hasPrefix("cannot use m.json: it is not a JSON object"))
    }
}
