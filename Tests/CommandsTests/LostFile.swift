import Foundation
import TestSupport

extension Bench {
  /// Lets `petl` read a file of a gibibyte that is cut off meanwhile.
  func inspectWhatIsCutOff() throws -> Outcome {
    let size = 1 << 30
    let tensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[\(size / 4)],\"data_offsets\":[0,\(size)]}"
    let header = "{\(tensor)}"
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    bytes += Array(header.utf8)
    try Data(bytes).write(to: URL(filePath: folder + "/w.safetensors"))
    return try shell(
      """
      truncate -s \(bytes.count + size) w.safetensors
      petl inspect w.safetensors & pid=$!
      resident() { awk '/w.safetensors/ {f = 1} f && /^Rss/ {print $2; exit}' /proc/$pid/smaps; }
      until [ "$(resident)0" -gt 40960 ]; do sleep 0.001; done
      truncate -s 100 w.safetensors; wait $pid
      """)
  }
}
