import MartletSimulation

let first = UInt64(CommandLine.arguments.dropFirst().first ?? "1") ?? 1
let outcome = try Simulator.run(SimulationPlan(seed: first), traces: true)
for step in outcome.plan.steps { print(step) }
for line in outcome.trace { print(line) }
print(outcome.plan.profile, outcome.violation.map { "\($0)" } ?? "fine", outcome.fingerprint, outcome.duration)
