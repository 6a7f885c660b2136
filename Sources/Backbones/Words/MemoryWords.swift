import Foundation

/// A number of bytes for a sentence: in MiB or GiB, at least 1 MiB.
public func memoryWords(_ bytes: Double) -> String {
  let mebibytes = max(1, (bytes / 1_048_576).rounded(.up))
  guard mebibytes.isFinite else { return "an endless number of GiB" }
  return mebibytes < 10_240
    ? String(format: "%.0f MiB", mebibytes) : String(format: "%.0f GiB", mebibytes / 1024)
}
