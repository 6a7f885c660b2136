import Foundation
import TestSupport
import Testing

/// The program on a terminal: a pseudo-terminal of 80 columns.
@Suite struct LiveTerminalTests {
  /// Runs `petl` with its standard error on a terminal, and returns what was written there.
  private func petl(
    _ arguments: [String], in bench: Bench, _ variables: [String: String] = [:]
  ) throws -> (code: Int32, text: String) {
    var (leader, follower): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    let status = unsafe openpty(&leader, &follower, nil, nil, &size)
    try #require(status == 0)
    let terminal = FileHandle(fileDescriptor: follower, closeOnDealloc: true)
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
    let usual = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": ""]
    process.environment = ProcessInfo.processInfo.environment.merging(usual) { $1 }
      .merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = terminal
    try process.run()
    try terminal.close()
    var bytes: [UInt8] = []
    // Reading ends with an error when nobody holds the other end any more.
    while true {
      var part = [UInt8](repeating: 0, count: 4096)
      let count = unsafe read(leader, &part, part.count)
      if count <= 0 { break }
      bytes += part.prefix(count)
    }
    close(leader)
    process.waitUntilExit()
    // The terminal turns each line's end into a return and that.
    let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    return (process.terminationStatus, text)
  }

  private static let recipe = """
    regularizers: [{type: resora}]
    stages: [{name: base, epochs: 30, regularize: false}, {name: refine, epochs: 30}]
    control: true

    """

  /// What a screen shows in the end: lines that were drawn over are gone.
  private func screen(_ text: String) -> [String] {
    var (lines, row, column) = ([""], 0, 0)
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "\n" {
        (row, column) = (row + 1, 0)
        if row == lines.count { lines.append("") }
      } else if character == "\r" {
        column = 0
      } else if character == "\u{1B}", rest.popFirst() == "[" {
        let number = rest.prefix { $0.isNumber || $0 == ";" }
        rest = rest.dropFirst(number.count)
        switch rest.popFirst() {
        case "A": row = max(0, row - (Int(number) ?? 1))
        case "K": lines[row] = String(lines[row].prefix(column))
        case "J":
          lines[row] = String(lines[row].prefix(column))
          lines.removeLast(lines.count - row - 1)
        default: break
        }
      } else {
        var cells = Array(lines[row])
        if column < cells.count { cells[column] = character } else { cells.append(character) }
        (lines[row], column) = (String(cells), column + 1)
      }
    }
    return lines
  }

  /// The view is drawn and drawn over; a line for each stage stays, the control's too.
  @Test func run() throws {
    let bench = try Bench()
    try bench.writeExperiment(Self.recipe)
    let outcome = try petl(["run", "r.yaml", "--output", "out"], in: bench)
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.text.contains("\u{1B}[2m"))
    // A stage that is over before the view is drawn again is never seen in it.
    #expect(outcome.text.contains(try Regex("stage [123] of 3")))
    #expect(!outcome.text.contains("\u{1B}[?25l"))
    let left = screen(outcome.text).filter { !$0.isEmpty && !$0.hasPrefix("note:") }
    let starts = left.map { $0.prefix { $0 != ":" } }
    #expect(starts == ["tiny", "base", "refine", "control-refine"], "\(left)")
    #expect(left.allSatisfy { $0.count < 80 || $0.hasPrefix("tiny") }, "\(left)")
  }

  /// Without colours and Unicode the same is shown in plain characters.
  @Test func plain() throws {
    let bench = try Bench()
    try bench.writeExperiment(Self.recipe)
    let outcome = try petl(
      ["run", "r.yaml", "--output", "out"], in: bench, ["NO_COLOR": "1", "LC_ALL": "C"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.text.contains(try Regex("stage [123] of 3")), "\(outcome)")
    let styled = outcome.text.contains(try Regex("\u{1B}\\[[0-9;]*m"))
    #expect(!styled)
    #expect(outcome.text.contains("|rho|"), "\(outcome)")
    #expect(!outcome.text.contains("█"), "\(outcome)")
  }

  /// A terminal that cannot move its cursor gets lines, as a pipe does, and quiet stays quiet.
  @Test func noView() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let dumb = try petl(["run", "r.yaml", "--output", "a"], in: bench, ["TERM": "dumb"])
    #expect(dumb.code == 0, "\(dumb)")
    #expect(!dumb.text.contains("\u{1B}"), "\(dumb)")
    #expect(dumb.text.contains("train 2/2  loss "), "\(dumb)")
    let quiet = try petl(["run", "r.yaml", "--output", "b", "--quiet"], in: bench)
    #expect(quiet.code == 0, "\(quiet)")
    #expect(quiet.text.isEmpty, "\(quiet)")
  }

  /// An error comes below the view, which stays as it was.
  @Test func failure() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      epochs: 50
      optimizer: {weight_decay: 1e3, learning_rate: 1e3}

      """)
    let outcome = try petl(
      ["run", "r.yaml", "--output", "out", "--set", "adapter.scale=1e6"], in: bench)
    let left = screen(outcome.text)
    #expect(outcome.code == 1, "\(outcome)")
    let error = left.firstIndex { $0.contains("error: training diverged") }
    let view = left.firstIndex { $0.hasPrefix("train") }
    #expect((view ?? .max) < (error ?? -1), "\(left)")
  }

  /// A sweep: a line for it stays, with all that was told.
  @Test func sweep() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 30\nsweep: {seeds: [0, 1]}\n")
    let outcome = try petl(["sweep", "r.yaml", "--output", "out"], in: bench)
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.text.contains("0 of 2 finished"), "\(outcome)")
    let left = screen(outcome.text).filter { !$0.isEmpty }
    try #require(left.count == 3)
    #expect(left[0].hasPrefix("1/2 001-"))
    #expect(left[1].hasPrefix("2/2 002-"))
    #expect(left.last?.hasSuffix("100 %  2 of 2 finished") == true, "\(left)")
  }
}
