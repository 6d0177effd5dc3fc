import Glibc

/// Measures what convergence, auctions and stops cost at several sizes. See `Options.help`.
@main
enum MartletBench {
    static func main() async {
        do throws(Options.Failure) {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            if options.isHelp { return print(Options.help) }
            await measure(options)
        } catch {
            tell(error.text)
            exit(2)
        }
    }

    private static func measure(_ options: Options) async {
        var results: [TrialResult] = []
        do {
            for size in options.sizes {
                tell("measuring \(Report.short(size)) instances")
                results.append(try await Trial(size: size, options: options).run())
                // A later size may take too long for whoever waits.
                tell(Report(results: results).text)
            }
        } catch {
            tell("\(error)")
            exit(1)
        }
        let report = Report(results: results)
        print(options.isJSON ? report.json : report.text)
    }

    /// Standard output is for results.
    static func tell(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
