import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Tensors

/// The only tests that change the number of threads: one after the other.
@Suite("Workers", .serialized)
struct WorkersTests {
  /// Runs `body` with a number of threads.
  private func with<Result>(_ count: Int, _ body: () -> Result) -> Result {
    Workers.with(count: count, body)
  }

  /// The sum of 0 ..< count, each index taken by some thread.
  private func sum(_ count: Int) -> Int {
    let total = Atomic<Int>(0)
    Workers.run(count) { total.add($0, ordering: .relaxed) }
    return total.load(ordering: .relaxed)
  }

  @Test("The count is kept between 1 and 256")
  func counts() {
    for (set, got) in [(3, 3), (1, 1), (0, 1), (-5, 1), (1000, 256), (Int.max, 256), (2, 2)] {
      #expect(with(set) { Workers.count } == got)
    }
    #expect(Workers.count >= 1)
  }

  @Test("What was in force before is so again afterwards, also where the work throws")
  func scopes() {
    struct Failure: Error {}
    with(3) {
      #expect(Workers.with(count: nil) { Workers.count } == 3)
      #expect(throws: Failure.self) { try Workers.with(count: 2) { throw Failure() } }
      #expect(Workers.count == 3)
    }
  }

  @Test("The count is the calling thread's own, and that of the tasks it runs")
  func ownThread() {
    let tasks = Mutex<Set<Int>>([])
    let elsewhere = Mutex(0)
    let outside = Workers.count
    with(outside + 1) {
      Workers.run(64) { _ in _ = tasks.withLock { $0.insert(Workers.count) } }
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        elsewhere.withLock { $0 = Workers.count }
        done.signal()
      }
      done.wait()
    }
    #expect(tasks.withLock { $0 } == [outside + 1])
    #expect(elsewhere.withLock { $0 } == outside)
  }

  @Test("Sums over rows depend on the count only by rounding, and not on timing")
  func sums() {
    let x = sample([5000, 4], 4).differentiable()
    let kernels = [CosineSeries](repeating: CosineSeries(step: 0.7, weights: [1, 0.5]), count: 4)
    func values() -> [Float] {
      let alignments = x.kernelAlignments(kernels).sum().scaled(by: 1e-6)
      let similarity = x.meanPairSimilarity(gram: .ones([4, 4]), rate: 0.3)
      let slopes = (alignments + similarity).backward()[x]?.values ?? []
      return [alignments.item, similarity.item] + slopes
    }
    let single = with(1, values)
    for count in [2, 3] {
      let (first, second) = (with(count, values), with(count, values))
      #expect(first == second)
      #expect(Tolerance(1e-6, 1e-4).complaint(first, single.map(Double.init)) == nil)
    }
  }

  @Test("Every index runs once, with the count changing between runs")
  func tinyRuns() {
    for run in 0..<12_000 {
      let count = run % 13
      let result = with(1 + run / 7 % 5) { sum(count) }
      #expect(result == count * (count - 1) / 2)
    }
  }

  @Test("Runs from several threads at once, and runs inside runs")
  func contention() async {
    Workers.set(3)
    await withTaskGroup(of: Int.self) { group in
      for thread in 0..<4 {
        group.addTask {
          (0..<2_000).count { run in
            let count = 2 + (run + thread) % 9
            if run % 10 == 0 {
              let total = Atomic<Int>(0)
              Workers.run(count) { i in
                Workers.run(3) { j in total.add(i * 3 + j, ordering: .relaxed) }
              }
              return total.load(ordering: .relaxed) != 3 * count * (3 * count - 1) / 2
            }
            return sum(count) != count * (count - 1) / 2
          }
        }
      }
      for await wrong in group { #expect(wrong == 0) }
    }
    Workers.set(2)
  }

  @Test("Two tasks of a run are under way at once")
  func meeting() {
    // A run that another test's run turns away stays on one thread, so there are several tries.
    let haveMet = with(2) {
      (0..<200).contains { _ in
        let arrived = Atomic<Int>(0)
        let met = Atomic<Int>(0)
        Workers.run(2) { _ in
          arrived.add(1, ordering: .sequentiallyConsistent)
          for _ in 0..<20_000 where arrived.load(ordering: .sequentiallyConsistent) < 2 {
            sched_yield()
          }
          if arrived.load(ordering: .sequentiallyConsistent) == 2 {
            met.add(1, ordering: .sequentiallyConsistent)
          }
        }
        return met.load(ordering: .sequentiallyConsistent) == 2
      }
    }
    #expect(haveMet)
  }

  @Test("The count may be changed by another thread while runs are under way")
  func changingCounts() async {
    await withTaskGroup(of: Int.self) { group in
      group.addTask {
        for i in 0..<5_000 { Workers.set(1 + i % 4) }
        return 0
      }
      group.addTask { (0..<5_000).count { _ in sum(7) != 21 } }
      for await wrong in group { #expect(wrong == 0) }
    }
    Workers.set(2)
  }

  @Test("A task may set the count")
  func setInside() {
    with(2) {
      let total = Atomic<Int>(0)
      Workers.run(8) { i in
        Workers.set(2)
        total.add(i, ordering: .relaxed)
      }
      #expect(total.load(ordering: .relaxed) == 28)
    }
  }

  @Test("A split covers its range once, in ranges that start at multiples")
  func splits() {
    for threads in [1, 2, 3, 7] {
      for count in [0, 1, 5, 16, 17, 63, 64, 1000] {
        for (grain, multiple) in [(1, 1), (4, 4), (16, 16), (300, 1), (1, 32)] {
          let seen = Mutex<[Range<Int>]>([])
          with(threads) {
            Workers.split(count, grain: grain, multiple: multiple) { range in
              seen.withLock { $0.append(range) }
            }
          }
          let ranges = seen.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
          #expect(ranges.flatMap { Array($0) } == Array(0..<count))
          #expect(ranges.allSatisfy { $0.lowerBound % multiple == 0 })
          #expect(ranges.allSatisfy { !$0.isEmpty })
          #expect(ranges.count <= max(1, min(threads, count / grain)))
        }
      }
    }
  }

  @Test("What needs no library for its products gives the same bytes with 1, 2 and 3 threads")
  func sameForAnyCount() {
    func results() -> [[Float]] {
      let x = sample([4, 35, 600], 1).differentiable()
      let gamma = sample([600], 2).differentiable()
      let beta = sample([600], 3).differentiable()
      let down = sample([5, 600], 4).differentiable()
      let up = sample([5, 600], 5).differentiable()
      var generator = RandomGenerator(seed: 6)
      let normal = x.layerNorm(gamma: gamma, beta: beta, eps: 1e-6)
      let low = normal.gelu().dropout(0.2, using: &generator).projected(onto: down)
      let heads = low.expanded(in: up).attention(heads: 4)
      let y = heads.softmax() * x.sliced(axis: 2, 0..<200)
      let branch = y.addingBranch(y.quickGELU(), factors: [0, 1, 2, 1])
      let gradients = branch.backward(from: sample(branch.shape, 7))
      return [branch.values] + [x, gamma, beta, down, up].map { gradients[$0]?.values ?? [] }
    }
    let one = with(1, results)
    #expect(one.allSatisfy { !$0.isEmpty })
    #expect(one.allSatisfy { $0.allSatisfy(\.isFinite) })
    for count in [2, 3] { #expect(with(count, results) == one, "\(count) threads") }
  }

  @Test("Dropout masks do not depend on the number of threads")
  func dropoutMasks() {
    func mask() -> [Float] {
      var generator = RandomGenerator(seed: 8)
      _ = generator.words(3)
      return generator.dropoutMask([70_001], probability: 0.3).values
    }
    let one = with(1, mask)
    for count in [2, 3, 5] { #expect(with(count, mask) == one) }
  }

  @Test("The same seed and the same count give the same bytes", arguments: [1, 2, 3])
  func sameTwice(count: Int) {
    func weights() -> [Float] {
      let network = SmallNetwork(seed: 9)
      for step in 1...3 { network.train(step) }
      return network.weights.flatMap(\.values)
    }
    let first = with(count, weights)
    #expect(first.allSatisfy { $0.isFinite })
    for _ in 0..<3 { #expect(with(count, weights) == first) }
  }
}
