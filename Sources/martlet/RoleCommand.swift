import Glibc
import MartletCLI
import MartletLinux
import MartletLog

/// The roles, as commands: their settings, and what they run.
enum RoleCommand: String, CaseIterable {
    case up
    case server
    case cell
    case cellWipe = "cell-wipe"

    /// A setting that several parts of a role share is listed once.
    var settings: [Setting] {
        let all: [Setting] =
            switch self {
            // Its cell talks to its own server, wherever that listens.
            case .up:
                Setting.common + Setting.server + Setting.cell.filter { $0.name != "bbs-url" } + Setting.images
            case .server: Setting.common + Setting.server + Setting.images
            case .cell, .cellWipe: Setting.common + Setting.cell + Setting.images
            }
        return all.reduce(into: []) { list, setting in
            if !list.contains(where: { $0.name == setting.name }) { list.append(setting) }
        }
    }

    private var summary: String {
        switch self {
        case .up: "run server and cell in one process"
        case .server: "run the server: store, APIs, convergence, auctions"
        case .cell: "run a cell: containers for a server"
        case .cellWipe: "remove all that a stopped cell left behind"
        }
    }

    private var details: [String] {
        let layers =
            "Each setting may also be in the environment (MARTLET_CELL_ID for --cell-id) or in the JSON file "
            + "that --config names; a flag wins over the environment, and that over the file."
        switch self {
        case .cellWipe:
            return [
                "Kills every container of the cell and removes its root file systems, networks and cgroups. "
                    + "The agent of the cell must not run. Layers and images stay.", layers,
            ]
        case .up, .cell:
            return [layers, "Containers keep running when the agent stops, and the next start adopts them."]
        case .server: return [layers]
        }
    }

    func command(environment: [String: String]) -> ExtraCommand {
        let options = settings.map { setting in
            let fallback = setting.fallback.map { " (\($0))" } ?? ""
            let value =
                switch setting.kind {
                case .text, .list: "VALUE"
                case .number: "N"
                case .seconds, .interval: "SECONDS"
                case .share: "SHARE"
                }
            return CommandSpec.Option(
                setting.name,
                value: value,
                isRepeatable: setting.kind == .list,
                help: setting.help + fallback
            )
        }
        let spec = CommandSpec(rawValue, summary: summary, options: options, details: details)
        return ExtraCommand(spec) { arguments in await run(arguments, environment: environment) }
    }

    private func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let settings: Settings
        let logs: Logs
        do throws(SettingsError) {
            settings = try Settings(self.settings, arguments: arguments, environment: environment, readFile: readFile)
            logs = try Logs(settings)
        } catch {
            StandardTerminal().writeError("martlet: \(error); try: martlet help \(rawValue)\n")
            return 2
        }
        do throws(StartFailure) {
            switch self {
            case .up: try await Service(settings, logs, server: true, cell: true).run()
            case .server: try await Service(settings, logs, server: true, cell: false).run()
            case .cell: try await Service(settings, logs, server: false, cell: true).run()
            case .cellWipe: try await CellParts(settings, logs).wipe()
            }
            return 0
        } catch {
            logs.log(.error, "cannot start", ["error": error.text])
            if !logs.isTerminal { StandardTerminal().writeError("martlet: \(error.text)\n") }
            return 1
        }
    }
}

/// Why a role does not start: one sentence that says what to do.
struct StartFailure: Error {
    let text: String
}

private func readFile(_ path: String) throws(SettingsError) -> [UInt8] {
    do { return try Files.read(path, limit: 1 << 20) } catch { throw .unreadableFile(path, error.reason) }
}
