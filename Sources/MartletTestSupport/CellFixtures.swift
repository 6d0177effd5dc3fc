public import MartletModels

extension CellState {
    /// A cell that can run Docker images and the preloaded file system `stack`.
    public static func fixture(
        _ cellID: String,
        zone: String = "z1",
        memoryMB: Int = 1_024,
        diskMB: Int = 4_096,
        containers: Int = 16
    ) -> CellState {
        let capacity = CellCapacity(memoryMB: memoryMB, diskMB: diskMB, containers: containers)
        return CellState(
            cellID: CellID(cellID),
            repURL: "http://\(cellID).cell.test:1801",
            zone: zone,
            rootFSProviders: RootFSProvider.fixtures,
            available: capacity,
            total: capacity
        )
    }
}

extension CellPresence {
    public static func fixture(_ cellID: String, zone: String = "z1") -> CellPresence {
        CellPresence(
            cellID: CellID(cellID),
            repAddress: "http://\(cellID).cell.test:1801",
            zone: zone,
            capacity: CellCapacity(memoryMB: 1_024, diskMB: 4_096, containers: 16),
            rootFSProviders: RootFSProvider.fixtures
        )
    }
}

extension RootFSProvider {
    /// Any Docker image, and the preloaded file system `stack`.
    public static let fixtures = [
        RootFSProvider(name: "docker"), RootFSProvider(name: "preloaded", properties: ["stack"]),
    ]
}
