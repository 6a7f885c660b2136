import Networks
import Training

/// What is shown of a sweep while it goes on, as lines of text that fit a terminal.
struct SweepView: Sendable {
  /// A run that is going to be trained, or was.
  struct Run: Sendable {
    enum State: Sendable {
      case waiting, running, finished, failed
    }

    let name: String
    let stages: [PlannedStage]
    var state = State.waiting
    /// How many epochs are logged.
    var epochs = 0
    var last: LiveView.Epoch?
    var stage = ""

    /// The epochs of all stages.
    var length: Int { max(1, stages.reduce(0) { $0 + $1.epochs }) }
    /// The part that is behind.
    var share: Double {
      switch state {
      case .waiting: 0
      case .running: min(1, Double(epochs) / Double(length))
      case .finished, .failed: 1
      }
    }
  }

  private(set) var runs: [Run]
  let glyphs: Glyphs
  /// When the first run that is trained now was started.
  private let start: Double
  /// The epochs that were behind when the runs began or went on.
  private var before: Double
  /// When an epoch or a run ended last.
  private var last: Double

  /// - Parameters:
  ///   - runs: all of the sweep, those that finished earlier too.
  ///   - glyphs: what pictures are made of.
  ///   - now: the moment, in seconds on any clock.
  init(_ runs: [Run], _ glyphs: Glyphs, at now: Double) {
    (self.runs, self.glyphs, start, last) = (runs, glyphs, now, now)
    before = Self.done(runs)
  }

  /// Begins a run, or goes on with one.
  ///
  /// - Parameters:
  ///   - index: of the run.
  ///   - logged: the epochs that it has logged earlier.
  mutating func begin(_ index: Int, logged: [EpochRecord] = []) {
    runs[index].state = .running
    let now = last
    for record in logged { log(record, of: index, at: now) }
    before += runs[index].share * Double(runs[index].length)
  }

  /// Takes back the epochs of a run, which are logged again from the first.
  mutating func forget(_ index: Int) { runs[index].epochs = 0 }

  mutating func log(_ record: EpochRecord, of index: Int, at now: Double) {
    last = now
    runs[index].epochs += 1
    runs[index].stage = record.stage
    runs[index].last = LiveView.Epoch(record)
  }

  mutating func end(_ index: Int, failed: Bool, at now: Double) {
    last = now
    runs[index].state = failed ? .failed : .finished
  }

  /// The sweep, and below it the runs that are being trained, as many as there is room for.
  func lines(_ size: LiveView.Size, at now: Double) -> [[Piece]] {
    let width = size.columns - 1
    guard size.rows > 1, width > 0 else { return [] }
    let running = runs.filter { $0.state == .running }
    let room = size.columns < 40 ? 0 : max(0, size.rows - 2)
    var lines = [heading(at: now)]
    if running.count <= room {
      lines += running.map(line)
    } else if room > 0 {
      lines += running.prefix(room - 1).map(line)
      let more = running.count - (room - 1)
      lines.append(LiveLine([.text("and \(more) more", .faint, priority: 1)]))
    }
    return lines.map { $0.pieces(width: width, glyphs) }
  }

  /// The seconds until all runs have ended, if the others' epochs take as long as those so far; nil
  /// before the first.
  func left(at now: Double) -> Double? {
    let done = Self.done(runs)
    let whole = runs.reduce(0) { $0 + Double($1.length) }
    guard done > before, done < whole, last > start else { return nil }
    let pace = (last - start) / (done - before)
    // What has been going on since then is not done before the next epoch is.
    return (whole - done) * pace - min(max(0, now - last), pace)
  }

  private static func done(_ runs: [Run]) -> Double {
    runs.reduce(0) { $0 + $1.share * Double($1.length) }
  }

  private func heading(at now: Double) -> LiveLine {
    let glyphs = glyphs
    let whole = runs.reduce(0) { $0 + Double($1.length) }
    let share = Self.done(runs) / max(1, whole)
    let finished = runs.count { $0.state == .finished }
    let failed = runs.count { $0.state == .failed }
    return LiveLine([
      .text("sweep", .strong, priority: 4),
      .picture(8...24, priority: 3) { glyphs.bar(share, width: $0) },
      .text("\(wholeNumber((share * 100).rounded(.down))) %", priority: 6),
      .text("\(finished) of \(runs.count) finished", priority: 7),
      failed == 0 ? nil : .text("\(failed) failed", .strong, priority: 8),
      left(at: now).map { .text("\(duration($0)) left", priority: 9) },
    ])
  }

  private func line(_ run: Run) -> LiveLine {
    let glyphs = glyphs
    let epochs = run.stages.first { $0.title == run.stage }?.epochs
    return LiveLine([
      .text(run.name, .faint, priority: 9),
      .picture(8...12, priority: 3) { glyphs.bar(run.share, width: $0) },
      run.last.map { last in
        .text("\(run.stage) \(last.number)\(epochs.map { "/\($0)" } ?? "")", priority: 8)
      },
      run.last.map { .text("loss \(fixed($0.loss, 4))", priority: 7) },
      run.last?.score.map { .text("val \($0.text)", priority: 6) },
      run.last?.redundancy.map { .text("\(glyphs.redundancy) \(fixed($0, 3))", priority: 4) },
    ])
  }
}
