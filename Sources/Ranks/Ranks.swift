import PETL

/// The processes that train one network together, each a part of every batch.
///
/// All of them hold the same weights and take the same steps; whatever is asked of one rank is asked of all of them, in
/// the same order.
public protocol Ranks: AnyObject {
  /// The number of this process, from 0.
  var number: Int { get }
  /// How many processes there are.
  var count: Int { get }
  /// How many of them are on this machine, this one included.
  var countOnMachine: Int { get }

  /// Brings together what each rank gives.
  ///
  /// - Parameter own: what this rank gives, of any length.
  /// - Returns: what each rank gave, in their order.
  /// - Throws: `DiagnosticError` when another rank cannot be reached, or does not come in time.
  func gathered(_ own: [UInt8]) throws -> [[UInt8]]

  /// Ends this process, and with it the job, because ranks lost each other where nothing can be thrown.
  ///
  /// - Parameter error: what the user is told.
  func abandon(_ error: DiagnosticError) -> Never
}

extension Ranks {
  /// Whether this is the rank that writes files and talks to the user.
  public var isFirst: Bool { number == 0 }
  /// Whether there are no others.
  public var isAlone: Bool { count == 1 }

  /// The part of a number of things that this rank does where all do equally many: the parts follow each other.
  package func part(of all: Int) -> Range<Int> {
    let size = (all + count - 1) / count
    let first = min(all, number * size)
    return first..<min(all, first + size)
  }
}

/// A process that trains alone.
public final class SingleRank: Ranks {
  /// 0.
  public var number: Int { 0 }
  /// 1.
  public var count: Int { 1 }
  /// 1.
  public var countOnMachine: Int { 1 }

  /// Makes the rank.
  public init() {}

  /// What is given, alone.
  public func gathered(_ own: [UInt8]) -> [[UInt8]] { [own] }

  /// Ends the program: nobody can be lost.
  public func abandon(_ error: DiagnosticError) -> Never { stopProgram(error.sentences) }
}
