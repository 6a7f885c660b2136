import Checkpoints
import Foundation
import Synchronization

extension Terminal {
  /// What is drawn at the end of standard error; whoever writes there holds it.
  private static let region = Mutex(LiveRegion())

  private static let environment = ProcessInfo.processInfo.environment

  /// Whether lines on standard error can be drawn again: it is a terminal that can move its cursor.
  static let isLive = isatty(2) == 1 && !["", "dumb"].contains(environment["TERM"] ?? "")

  /// Whether styles are shown; <https://no-color.org> says when not.
  static let isColoured = isLive && (environment["NO_COLOR"] ?? "").isEmpty

  /// What pictures are made of.
  static let glyphs = Glyphs.fitting(environment)

  /// The size of the terminal now.
  static var size: LiveView.Size {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return LiveView.Size(columns: 80, rows: 24)
    }
    return LiveView.Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Draws these lines at the end of the terminal, in place of those before.
  ///
  /// A process in the background draws nothing: the terminal is somebody else's.
  static func draw(_ lines: [[Piece]]) {
    region.withLock { region in
      guard isInForeground else { return region.leave() }
      write(region.draw(lines, columns: wrappingColumns, isColoured: isColoured))
    }
  }

  /// Leaves what is drawn where it is: the next lines come below it.
  static func leaveRegion() {
    region.withLock { $0.leave() }
  }

  /// How the work goes, a line in styles, above what is drawn.
  static func tell(_ pieces: [Piece]) {
    write(line: LiveRegion.text(pieces, isColoured: isColoured))
  }

  /// Writes a line above what is drawn.
  static func write(line text: String) {
    region.withLock { region in
      write(
        region.isEmpty
          ? text + "\n"
          : region.insert(text + "\n", columns: wrappingColumns, isColoured: isColoured))
    }
  }

  /// Where lines that were drawn are wrapped after a change of size: almost all terminals do that, and
  /// these do not.
  private static var wrappingColumns: Int {
    let name = environment["TERM"] ?? ""
    let isFixed =
      environment["XTERM_VERSION"] != nil || name.hasPrefix("rxvt") || name == "linux"
      || (name.hasPrefix("screen") && environment["TMUX"] == nil)
    return isFixed ? .max : size.columns
  }

  /// Also where the terminal is none that has jobs.
  private static var isInForeground: Bool { [-1, getpgrp()].contains(tcgetpgrp(2)) }

  /// Writes all of a text at once.
  private static func write(_ text: String) {
    // A terminal that was closed is no reason to end what works.
    _ = writeAll(Array(text.utf8), to: 2)
  }
}
