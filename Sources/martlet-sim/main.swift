import Glibc
import MartletSimulation

do {
    guard let arguments = try Arguments.parse(Array(CommandLine.arguments.dropFirst())) else {
        print(Arguments.help)
        exit(0)
    }
    switch arguments.mode {
    case .one(let seed):
        var plan = SimulationPlan(seed: seed)
        plan.variation = arguments.variation
        if let only = arguments.only { plan = plan.keeping(only) }
        exit(try OneSeed(plan: plan, traces: arguments.traces, shrinks: arguments.shrinks).run() ? 0 : 1)
    case .many(let seeds):
        exit(Batch(seeds: seeds, jobs: arguments.jobs, stopsAtFirst: arguments.stopsAtFirst).run() ? 0 : 1)
    }
} catch let wrong as Arguments.Wrong {
    StandardError.write("martlet-sim: \(wrong.text)\n\(Arguments.help)\n")
    exit(2)
} catch {
    StandardError.write("martlet-sim: \(error)\n")
    exit(2)
}
