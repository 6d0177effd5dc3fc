import FoundationEssentials
import Glibc
import MartletCLI
import MartletHTTP
import MartletLinux

/// The one executable: a subcommand is a role, or a command that is a client of the roles.
@main
enum Martlet {
    static func main() async {
        let environment = ProcessInfo.processInfo.environment
        let tool = CommandLineTool(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: environment,
            extraCommands: RoleCommand.allCases.map { $0.command(environment: environment) },
            makeTransport: { HTTPClient() },
            now: { SystemClock().now },
            sleep: { duration in try? await Task.sleep(for: duration, clock: .continuous) }
        )
        exit(await tool.run())
    }
}
