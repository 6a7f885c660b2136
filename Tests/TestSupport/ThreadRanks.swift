import Foundation
import PETL
import Ranks

/// What each of some threads gave.
private final class Outcomes<Value>: @unchecked Sendable {
  let lock = NSLock()
  var found: [Int: Result<Value, any Error>] = [:]
}

/// Ranks that are threads of the tests, each with a network of its own.
package final class ThreadRanks: Ranks {
  /// Where the threads leave what they give.
  package final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    private var given: [Int: [UInt8]] = [:]
    private var taken = 0
    let count: Int

    init(_ count: Int) { self.count = count }

    func gathered(_ own: [UInt8], of rank: Int) -> [[UInt8]] {
      condition.lock()
      defer { condition.unlock() }
      // Those of the exchange before are still to be taken.
      while given[rank] != nil || taken > 0 { condition.wait() }
      given[rank] = own
      condition.broadcast()
      while given.count < count { condition.wait() }
      let all = (0..<count).map { given[$0] ?? [] }
      taken += 1
      if taken == count { (given, taken) = ([:], 0) }
      condition.broadcast()
      // A thread is not to come again before all have taken.
      while taken > 0 { condition.wait() }
      return all
    }
  }

  package let number: Int
  private let meeting: Meeting
  package var count: Int { meeting.count }
  package var countOnMachine: Int { meeting.count }

  package init(_ number: Int, _ meeting: Meeting) {
    (self.number, self.meeting) = (number, meeting)
  }

  package func gathered(_ own: [UInt8]) -> [[UInt8]] { meeting.gathered(own, of: number) }

  package func abandon(_ error: DiagnosticError) -> Never { stopProgram(error.sentences) }

  /// Runs the body on as many threads as there are ranks.
  ///
  /// - Returns: what each gave, in order.
  package static func run<Result>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRanks) throws -> Result
  ) throws -> [Result] {
    let (meeting, outcomes, group) = (Meeting(count), Outcomes<Result>(), DispatchGroup())
    for number in 0..<count {
      group.enter()
      let thread = Thread {
        let outcome = Swift.Result { try body(ThreadRanks(number, meeting)) }
        outcomes.lock.withLock { outcomes.found[number] = outcome }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return try (0..<count).compactMap { try outcomes.found[$0]?.get() }
  }
}
