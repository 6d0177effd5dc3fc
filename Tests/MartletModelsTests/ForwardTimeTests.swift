import MartletModels
import MartletTestSupport
import Testing

@Suite("ForwardTime")
struct ForwardTimeTests {
    private let noon = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    private let hour = Duration.seconds(3_600)

    /// A machine that has been awake since it started, `seconds` ago at noon, and whose wall clock is off by `offset`.
    private func reading(_ seconds: Int, offset: Duration = .zero) -> ClockReading {
        let passed = Duration.seconds(seconds)
        return ClockReading(wall: noon + passed + offset, sinceStart: passed, awake: passed)
    }

    @Test("an undisturbed wall clock is what it tells")
    func undisturbed() {
        var time = ForwardTime()
        #expect(time.read(reading(0)) == noon)
        #expect(time.read(reading(30)) == noon + .seconds(30))
        #expect(time.takeStep() == nil)
    }

    @Test("a wall clock that is set back does not stop the time, which goes on at the machine's pace")
    func setBack() {
        var time = ForwardTime()
        time.read(reading(0))
        #expect(time.read(reading(10, offset: .zero - hour)) == noon + .seconds(10))
        #expect(time.read(reading(20, offset: .zero - hour)) == noon + .seconds(20))
        #expect(time.takeStep() == nil)
        #expect(time.read(reading(30)) == noon + .seconds(30))
        #expect(time.takeStep() == nil)
    }

    @Test("a wall clock that is set ahead is followed at once, and the step is told once")
    func setAhead() {
        var time = ForwardTime()
        time.read(reading(0))
        #expect(time.read(reading(10, offset: hour)) == noon + hour + .seconds(10))
        #expect(time.read(reading(20, offset: hour)) == noon + hour + .seconds(20))
        #expect(time.takeStep() == hour)
        #expect(time.takeStep() == nil)
    }

    @Test("steps that nobody has asked for add up, and small adjustments are none")
    func sumOfSteps() {
        var time = ForwardTime()
        time.read(reading(0))
        time.read(reading(1, offset: .milliseconds(900)))
        #expect(time.takeStep() == nil)
        time.read(reading(2, offset: hour + .milliseconds(900)))
        time.read(reading(3, offset: hour * 3 + .milliseconds(900)))
        #expect(time.takeStep() == hour * 3)
    }

    @Test("time that the machine slept passes, and is told as a step")
    func sleep() {
        var time = ForwardTime()
        time.read(reading(0))
        let woken = ClockReading(wall: noon + hour + .seconds(5), sinceStart: hour + .seconds(5), awake: .seconds(5))
        #expect(time.read(woken) == noon + hour + .seconds(5))
        #expect(time.takeStep() == hour)
    }

    @Test("it starts no earlier than the floor, and reaching the floor is no step")
    func floor() {
        var time = ForwardTime(floor: noon + hour)
        #expect(time.read(reading(0)) == noon + hour)
        #expect(time.read(reading(5)) == noon + hour + .seconds(5))
        time.raise(to: noon + hour * 2)
        #expect(time.read(reading(6)) == noon + hour * 2 + .seconds(1))
        time.raise(to: noon)
        #expect(time.now == noon + hour * 2 + .seconds(1))
        #expect(time.takeStep() == nil)
    }

    @Test(
        "whatever the clocks do, time never runs backwards, nor slower than the machine",
        arguments: 0..<200 as Range<UInt64>
    )
    func property(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var time = ForwardTime()
        var machine = reading(0)
        var told = time.read(machine)
        var stepped = Duration.zero
        for _ in 0..<200 {
            let awake = Duration.milliseconds(Int.random(in: 0...5_000, using: &random))
            let asleep = random.once(in: 20) ? Duration.seconds(Int.random(in: 2...10_000, using: &random)) : .zero
            let set = random.once(in: 10) ? Duration.seconds(Int.random(in: -10_000...10_000, using: &random)) : .zero
            machine.awake += awake
            machine.sinceStart += awake + asleep
            machine.wall = machine.wall + awake + asleep + set
            let next = time.read(machine)
            #expect(next >= told + awake + asleep)
            #expect(next >= machine.wall)
            #expect(next == told + awake + asleep || next == machine.wall)
            let ahead = (told + awake).duration(to: next)
            if ahead > ForwardTime.smallestStep { stepped += ahead }
            if random.once(in: 5) {
                #expect(time.takeStep() == (stepped == .zero ? nil : stepped))
                stepped = .zero
            }
            told = next
        }
    }
}
