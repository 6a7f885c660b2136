import Foundation

/// A weight that may change during training, such as the λ of a regularizer.
///
/// In a recipe it is a number, or one of
///
///     {type: constant, value: 0.1}
///     {type: linear, from: 0, to: 0.1, start_epoch: 10, end_epoch: 50}
///     {type: cosine, from: 0, to: 0.1, start_epoch: 10, end_epoch: 50}
///     {type: from-epoch, value: 0.1, start_epoch: 100}
///
/// `from` and `start_epoch` of a ramp default to 0, its `end_epoch` to the end of training.
public enum Schedule: Sendable, Hashable {
  /// The same value always.
  case constant(Double)
  /// `from` until the start, then a straight line to `to` at the end, and `to` from there on.
  case linear(from: Double, to: Double, startEpoch: Double = 0, endEpoch: Double? = nil)
  /// `from` until the start, then half a cosine wave to `to` at the end, and `to` from there on.
  case cosine(from: Double, to: Double, startEpoch: Double = 0, endEpoch: Double? = nil)
  /// Zero before the epoch and the value from it on.
  case fromEpoch(Double, epoch: Double)

  /// The value at a moment of training, in epochs from 0; fractions are moments within an epoch.
  ///
  /// `total` is the length of training, where a ramp without an end ends.
  public func value(atEpoch epoch: Double, of total: Double) -> Double {
    switch self {
    case .constant(let value):
      return value
    case .linear(let from, let to, let start, let end):
      let progress = Self.progress(epoch, from: start, to: end ?? total)
      return Self.blend(from, to, progress)
    case .cosine(let from, let to, let start, let end):
      let progress = Self.progress(epoch, from: start, to: end ?? total)
      return Self.blend(from, to, (1 - cos(.pi * progress)) / 2)
    case .fromEpoch(let value, let start):
      return epoch < start ? 0 : value
    }
  }

  /// How far `epoch` lies between two moments, from 0 to 1; a step where they are not in order.
  private static func progress(_ epoch: Double, from start: Double, to end: Double) -> Double {
    guard end > start else { return epoch < start ? 0 : 1 }
    return min(1, max(0, (epoch - start) / (end - start)))
  }

  /// Exactly `from` at 0 and `to` at 1.
  private static func blend(_ from: Double, _ to: Double, _ progress: Double) -> Double {
    progress >= 1 ? to : from * (1 - progress) + to * progress
  }
}

extension Schedule: CustomStringConvertible {
  /// The schedule as a recipe writes it.
  public var description: String {
    switch self {
    case .constant(let value): numberWords(value)
    case .linear(let from, let to, let start, let end): Self.ramp("linear", from, to, start, end)
    case .cosine(let from, let to, let start, let end): Self.ramp("cosine", from, to, start, end)
    case .fromEpoch(let value, let epoch):
      "{type: from-epoch, value: \(numberWords(value)), start_epoch: \(numberWords(epoch))}"
    }
  }

  private static func ramp(
    _ type: String, _ from: Double, _ to: Double, _ start: Double, _ end: Double?
  ) -> String {
    let ending = end.map { ", end_epoch: \(numberWords($0))" } ?? ""
    return "{type: \(type), from: \(numberWords(from)), to: \(numberWords(to)), "
      + "start_epoch: \(numberWords(start))\(ending)}"
  }
}
