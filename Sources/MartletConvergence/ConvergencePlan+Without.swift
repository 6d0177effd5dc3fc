import MartletModels

extension ConvergencePlan {
    /// The plan less every item of these instances.
    func without(_ instances: Set<InstanceID>) -> ConvergencePlan {
        var plan = self
        let keys: [WritableKeyPath<ConvergencePlan, [ActualLRPKey]>] = [
            \.create, \.auction, \.restart, \.unclaim, \.suspect, \.unsuspect, \.removeSuspect, \.removeEvacuating,
            \.update,
        ]
        let refused: [WritableKeyPath<ConvergencePlan, [RefusedInstance]>] = [
            \.createRefused, \.refuse, \.suspectRefused,
        ]
        let retired: [WritableKeyPath<ConvergencePlan, [RetiredInstance]>] = [\.retire, \.stopEvacuating, \.withheld]
        for list in keys { plan[keyPath: list].removeAll { instances.contains($0.id) } }
        for list in refused { plan[keyPath: list].removeAll { instances.contains($0.key.id) } }
        for list in retired { plan[keyPath: list].removeAll { instances.contains($0.key.id) } }
        return plan
    }
}
