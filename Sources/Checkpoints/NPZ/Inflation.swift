import Foundation
import PETL

/// How much larger the members of an archive become when they are inflated: a file of a megabyte may
/// claim a gigabyte.
///
/// Weights of floating-point numbers hardly shrink; members of zeros shrink a thousandfold, but are not
/// most of a network.
struct Inflation {
  /// How many bytes may come of anything (our choice).
  static let free = 256 << 20
  /// How many times their packed size larger archives may become (our choice).
  static let mostTimes = 64

  /// The bytes of all deflated members, packed.
  let packed: Int
  /// The bytes of all deflated members, inflated.
  let inflated: Int
  /// The bytes of the largest member, inflated.
  let largest: Int

  /// The sizes of members, which cannot overflow: deflate makes at most 1032 bytes of one.
  init(_ members: [ZipMember]) {
    let deflated = members.filter(\.isDeflated)
    self.init(
      packed: deflated.reduce(0) { $0 + $1.data.count },
      inflated: deflated.reduce(0) { $0 + $1.size }, largest: deflated.map(\.size).max() ?? 0)
  }

  init(packed: Int, inflated: Int, largest: Int) {
    (self.packed, self.inflated, self.largest) = (packed, inflated, largest)
  }

  /// Refuses what is no archive of weights, or does not fit the memory.
  ///
  /// - Parameters:
  ///   - name: of the file.
  ///   - memory: the bytes of this machine.
  /// - Throws: `DiagnosticError` with the sizes.
  func require(
    of name: String, memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws {
    func words(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
    guard inflated <= Self.free || inflated / Self.mostTimes <= packed else {
      throw DiagnosticError(
        "\(name): \(words(packed)) of packed tensors become \(words(inflated)), more than \(Self.mostTimes) times as much",
        hints: ["weights do not shrink like that; save them again with numpy.savez"])
    }
    // The bytes of a tensor and its numbers in single precision are there at the same time.
    guard UInt64(largest) <= memory / 3 else {
      throw DiagnosticError(
        "\(name): a tensor of \(words(largest)) does not fit the memory of this machine",
        hints: ["save it again with numpy.savez, or as safetensors, in smaller parts"])
    }
  }
}
