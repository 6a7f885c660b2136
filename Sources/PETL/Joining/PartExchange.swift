/// Brings the numbers that the parts of a batch hold to whoever works on all of them.
package protocol PartExchange: AnyObject {
  /// Gathers one list of numbers of each part.
  ///
  /// - Parameter own: those of the parts that are here, in order.
  /// - Returns: those of all parts of the batch, in order, the same everywhere.
  func gathered(_ own: [[Float]]) -> [[Float]]
}

/// The exchange of a batch whose parts are all here.
package final class SingleProcessExchange: PartExchange {
  /// Makes the exchange.
  package init() {}

  /// The lists themselves.
  package func gathered(_ own: [[Float]]) -> [[Float]] { own }
}
