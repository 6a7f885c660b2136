import Datasets
import Foundation
import Networks
import PETL
import Training

/// The adapter of a run at the end of one of its stages.
public struct StageInspection {
  /// The stage's name.
  public let stage: String
  /// The figures of each site, in the order of the network.
  public let sites: [SiteFigures]
  /// |ρ| of the pairs of coefficients by site; empty without images.
  public let correlations: [String: PairCorrelations]

  /// Looks at the checkpoints of a run, which are put into its network one after the other.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - stages: their names; those that left no checkpoint are left out.
  ///   - run: the run's network, which is left with the parameters of the last stage.
  ///   - images: what the features are of; nil looks at weights only.
  /// - Returns: one for each stage with a checkpoint.
  /// - Throws: `DiagnosticError` when a checkpoint does not fit the network.
  public static func read(
    _ folder: RunFolder, stages: [String], network run: Predictor, images: ImageSource?
  ) throws -> [StageInspection] {
    let model = try run.model()
    return try stages.compactMap { stage in
      let path = folder.file("checkpoint/\(stage).safetensors")
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      try Checkpoint.load(path, into: model)
      var sums: [String: PairCorrelations] = [:]
      if let images {
        _ = try run.predictions(of: images, batchSize: run.batchSize) { pass in
          let share = Double(pass.images) / Double(images.count)
          for entry in pass.subspaces {
            let found = correlations(entry.subspaces, share: share)
            if sums[entry.site.name]?.add(found) == nil { sums[entry.site.name] = found }
          }
        }
      }
      return StageInspection(
        stage: stage, sites: Inspection.adapter(run)?.sites ?? [], correlations: sums)
    }
  }

  /// Looks at the checkpoints of a run of any task, which are put into its network one after the other.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - stages: their names; those that left no checkpoint are left out.
  ///   - experiment: the run's, which is left with the parameters of the last stage.
  ///   - examples: what the features are of at most.
  /// - Returns: one for each stage with a checkpoint, and what the features are of; nil where none were measured.
  /// - Throws: `DiagnosticError` when a checkpoint does not fit the network.
  public static func read(
    _ folder: RunFolder, stages: [String], of experiment: any TrainableExperiment, examples: Int
  ) throws -> (stages: [StageInspection], examples: String?) {
    var words: String?
    let found = try stages.compactMap { stage -> StageInspection? in
      let path = folder.file("checkpoint/\(stage).safetensors")
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      try Checkpoint.load(path, into: experiment.network)
      var sums: [String: PairCorrelations] = [:]
      words = try experiment.inspect(examples) { pass, share in
        for entry in pass.subspaces {
          let found = correlations(entry.subspaces, share: share)
          if sums[entry.site.name]?.add(found) == nil { sums[entry.site.name] = found }
        }
      }
      return StageInspection(
        stage: stage, sites: experiment.network.adapters.entries.map(Inspection.figures),
        correlations: sums)
    }
    return (found, words)
  }

  /// |ρ| of the coefficients of one batch.
  private static func correlations(_ subspaces: Subspaces, share: Double) -> PairCorrelations {
    noGradient {
      let rho = subspaces.centeredCoefficientGram.correlation()
      return PairCorrelations(rho.values, count: rho.shape[0], share: share)
    }
  }
}
