import Datasets
import Foundation
import Synchronization

/// Tells how far a command has come with many images: by a bar on a terminal, by lines elsewhere.
enum ImageReport {
  private final class Latest: Sendable {
    let progress = Mutex<ImageProgress?>(nil)
  }

  /// Tells of what `body` does with images.
  static func during<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard Terminal.isLive else {
      let report = CountReport()
      return try ImageProgress.$observer.withValue({ report.tell($0) }) { try body() }
    }
    let latest = Latest()
    let display = LiveDisplay { size in
      guard let progress = latest.progress.withLock({ $0 }), progress.done < progress.count,
        size.rows > 1
      else { return [] }
      return [progress.line(Terminal.glyphs).pieces(width: size.columns - 1, Terminal.glyphs)]
    }
    defer {
      latest.progress.withLock { $0 = nil }
      display.close()
    }
    return try ImageProgress.$observer.withValue({ progress in
      latest.progress.withLock { $0 = progress }
    }) { try body() }
  }
}

extension ImageProgress {
  /// What is done, a bar, and of how many.
  func line(_ glyphs: Glyphs) -> LiveLine {
    let share = Double(done) / Double(max(1, count))
    return LiveLine([
      .text(activity.rawValue, .strong, priority: 9),
      .picture(8...24, priority: 5) { glyphs.bar(share, width: $0) },
      .text("\(grouped(done))/\(grouped(count))", priority: 8),
      .text("images of \(origin)", .faint, priority: 2),
    ])
  }
}
