import Dispatch
import Testing

@testable import Tensors

/// One recording at a time: one test after the other.
@Suite("The record of kernels", .serialized)
struct ProfileTests {
  private struct Failure: Error {}

  @Test("Calls by name, of this thread")
  func names() {
    let records = Profile.recording {
      Workers.split(100) { _ in }
      Workers.run(3) { _ in }
      Workers.split(5, function: "rows(_:into:)", file: "Tensors/Kernels+Rows.swift") { _ in }
      Workers.split(0) { _ in }
    }.records
    let calls = Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0.calls) })
    #expect(calls == ["ProfileTests.names": 2, "rows": 1])
    #expect(records.allSatisfy { $0.seconds > 0 })
    #expect(records.allSatisfy { $0.busySeconds > 0 })
    #expect(records.allSatisfy { $0.sharedCalls <= 2 })
  }

  @Test("Operations name themselves")
  func operations() {
    let x = Tensor(repeating: 0.5, shape: [12, 8])
    let map = PackedFrozenMap(weight: .ones([4, 8]), bias: nil)
    let y = Tensor(uninitialized: [12, 4])
    let records = Profile.recording {
      map.apply(to: x, into: y)
      Kernels.softmax(y, into: y)
      Kernels.softmax(y, into: y)
    }.records
    let calls = Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0.calls) })
    #expect(calls == ["PackedMatrix.multiply": 1, "softmax": 2])
    #expect(y.values.allSatisfy { $0 == 0.25 })
  }

  @Test("A call within a call is part of it")
  func nested() {
    let records = Profile.recording {
      Workers.run(4) { _ in Workers.split(10, function: "inner()") { _ in } }
    }.records
    #expect(records.map(\.name) == ["ProfileTests.nested"])
    #expect(records.first?.calls == 1)
  }

  @Test("Other threads' calls are theirs, and they still run")
  func otherThreads() {
    var ran = 0
    let records = Profile.recording {
      let done = DispatchSemaphore(value: 0)
      let total = OtherThread.run(done)
      done.wait()
      ran = total.count
    }.records
    #expect(records.isEmpty)
    #expect(ran == 1)
  }

  @Test("One task is not shared")
  func sharing() {
    let records = Profile.recording { Workers.run(1) { _ in } }.records
    #expect(records.map(\.sharedCalls) == [0])
  }

  @Test("Off before, after, and after an error")
  func off() {
    Workers.split(10) { _ in }
    let first = Profile.recording { Profile.isOn }
    #expect(first.result)
    #expect(first.records.isEmpty)
    #expect(!Profile.isOn)
    let failed: Void? = try? Profile.recording { throw Failure() }.result
    Workers.split(10) { _ in }
    #expect(failed == nil)
    #expect(!Profile.isOn)
    #expect(Profile.recording {}.records.isEmpty)
  }

  @Test("Recordings add up, the longest first")
  func merged() {
    let short = Profile.Record(name: "a", calls: 1, sharedCalls: 1, seconds: 1, busySeconds: 2)
    let long = Profile.Record(name: "b", calls: 1, sharedCalls: 0, seconds: 3, busySeconds: 3)
    let twice = Profile.Record(name: "a", calls: 2, sharedCalls: 2, seconds: 2, busySeconds: 4)
    #expect(Profile.Record.merged([short, long, short]) == [long, twice])
  }

  @Test("Names for people")
  func readable() {
    let kernel = Profile.readableName("layerNorm(_:into:)", "Tensors/Kernels+Rows.swift")
    let other = Profile.readableName("multiply(_:_:)", "Tensors/PackedMatrix.swift")
    #expect(kernel == "layerNorm")
    #expect(other == "PackedMatrix.multiply")
  }
}

/// A thread of its own that uses the workers once.
private final class OtherThread: @unchecked Sendable {
  private(set) var count = 0

  static func run(_ done: DispatchSemaphore) -> OtherThread {
    let thread = OtherThread()
    DispatchQueue(label: "other").async {
      Workers.run(1) { _ in thread.count += 1 }
      done.signal()
    }
    return thread
  }
}
