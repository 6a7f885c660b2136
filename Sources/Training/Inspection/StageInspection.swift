import Datasets
import Foundation
import PETL

/// The adapter of a run at the end of one of its stages.
public struct StageInspection {
  /// The stage's name.
  public let stage: String
  /// The figures of each site, in the order of the network.
  public let sites: [SiteFigures]
  /// |ρ| of each pair of coefficients by site, [r][r], the mean over batches; empty without images.
  ///
  /// Of subspaces of several dimensions these are their single rank-one maps.
  public let correlations: [String: [[Double]]]

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
      var sums: [String: [[Double]]] = [:]
      if let images {
        _ = try run.predictions(of: images, batchSize: run.batchSize) { pass in
          let share = Double(pass.images) / Double(images.count)
          for entry in pass.subspaces {
            let rows = magnitudes(entry.subspaces).map { row in row.map { $0 * share } }
            sums[entry.site.name] =
              sums[entry.site.name].map { old in
                zip(old, rows).map { zip($0, $1).map { $0 + $1 } }
              } ?? rows
          }
        }
      }
      return StageInspection(
        stage: stage, sites: Inspection.adapter(run)?.sites ?? [], correlations: sums)
    }
  }

  /// |ρ| of the coefficients of one batch.
  private static func magnitudes(_ subspaces: Subspaces) -> [[Double]] {
    noGradient {
      let rho = subspaces.centeredCoefficientGram.correlation()
      let (count, values) = (rho.shape[0], rho.values)
      return (0..<count).map { row in
        values[row * count..<(row + 1) * count].map { Double(abs($0)) }
      }
    }
  }
}
