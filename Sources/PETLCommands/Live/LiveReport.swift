import Datasets
import Foundation
import PETL
import Recipes
import Synchronization
import Training

/// Shows a run on a terminal while it goes on; what stays is a line for each stage, and all notes.
final class LiveReport: RunProgress {
  private final class State: Sendable {
    let view: Mutex<LiveView>

    init(_ view: LiveView) { self.view = Mutex(view) }
  }

  private let state: State
  private let display: LiveDisplay

  /// - Parameters:
  ///   - recipe: what is going to be trained.
  ///   - unit: what a batch has of, such as images.
  init(_ recipe: Recipe, unit: String) {
    let state = State(
      LiveView(
        recipe.plannedStages, batchSize: recipe.batchSize, Terminal.glyphs,
        selection: recipe.selection, unit: unit))
    self.state = state
    display = LiveDisplay { size in
      state.view.withLock { $0 }.lines(size, at: Self.now)
    }
  }

  func note(_ note: Note) {
    Terminal.note(note)
  }

  func decoded(_ progress: ImageProgress) {
    state.view.withLock { $0.decoding = progress.done < progress.count ? progress : nil }
  }

  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) {
    state.view.withLock {
      $0.begin(name, epochs: epochs, stepsPerEpoch: stepsPerEpoch, at: Self.now)
    }
  }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    state.view.withLock { $0.step(step, loss: loss, at: Self.now) }
  }

  func epochDidEnd(_ record: EpochRecord) {
    state.view.withLock { $0.endEpoch(record, at: Self.now) }
  }

  func stageDidEnd(_ result: StageResult) {
    let line = state.view.withLock { $0.end(result, at: Self.now) }
    Terminal.tell(line.pieces(width: Terminal.size.columns - 1, Terminal.glyphs))
  }

  func finish() { display.close() }

  /// Seconds on a clock that never goes back.
  private static var now: Double {
    Double(DispatchTime.now().uptimeNanoseconds) / 1e9
  }
}

extension Recipe {
  /// What a run trains, in order: the stages, then the control's.
  var plannedStages: [PlannedStage] {
    legs.map {
      PlannedStage(
        title: $0.title.description, epochs: stages[$0.stage].epochs, regularizes: $0.regularizes)
    }
  }
}
