import Foundation

/// What the system says that this process has used, from /proc/self.
enum ProcessUsage {
  /// The most bytes that were in memory at once (VmHWM); nil where there is no /proc.
  static var peakResidentBytes: Int? {
    let line = read("status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropLast().last.flatMap { Int($0) }.map {
      $0 << 10
    }
  }

  /// Page faults without input or output so far, field 10 of `stat`; 0 where there is no /proc.
  static var pageFaults: Int {
    // The name of the program, field 2, is in parentheses and may hold spaces.
    let fields = read("stat").split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 7 ? Int(fields[7]) ?? 0 : 0
  }

  private static func read(_ name: String) -> String {
    (try? String(contentsOfFile: "/proc/self/\(name)", encoding: .utf8)) ?? ""
  }
}
