import Testing

@testable import MartletContainers

@Suite("Pools of ports and networks")
struct PoolsTests {
    @Test("released ports are used again last")
    func ports() {
        var pool = HostPortPool(100...104)
        #expect(pool.take(2) == [100, 101])
        pool.release([100, 100, 7])
        #expect(pool.take(4) == [102, 103, 104, 100])
        #expect(pool.take(1) == nil)
        #expect(pool.take(0) == [])
    }

    @Test("ports of adopted containers are not given out, and come back when released")
    func reserved() {
        var pool = HostPortPool(100...103)
        pool.reserve([101, 9])
        pool.reserve([101])
        #expect(pool.take(3) == [100, 102, 103])
        pool.release([101, 9])
        #expect(pool.take(1) == [101])
    }

    @Test("the lowest free network comes first, until there is none")
    func networks() {
        var pool = SubnetPool(count: 3)
        pool.reserve(1)
        #expect([pool.take(), pool.take(), pool.take()] == [0, 2, nil])
        pool.release(1)
        pool.release(0)
        #expect([pool.take(), pool.take(), pool.take()] == [0, 1, nil])
    }
}
