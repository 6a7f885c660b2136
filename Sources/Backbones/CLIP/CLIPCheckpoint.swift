import Checkpoints
import Foundation
import PETL

/// Both towers of a CLIP in a file, checked, and not read yet.
public struct CLIPCheckpoint {
  /// The image tower; its head is the projection.
  public let image: ViTCheckpoint
  /// The text tower.
  public let text: TextTowerCheckpoint
  /// ln of what cosines are multiplied by.
  public let logitScale: Float

  /// Reads the sizes of both towers.
  ///
  /// - Parameters:
  ///   - store: the tensors, as Hugging Face, open_clip or OpenAI name them.
  ///   - image: what the user says of the image tower.
  ///   - text: what the user says of the text tower.
  ///   - description: what the `config.json` beside the file says.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(
    _ store: any WeightStore, image: BackboneFacts = BackboneFacts(),
    text: BackboneFacts = BackboneFacts(), description: NetworkDescription? = nil
  ) throws {
    let store = store.unwrapped()
    let textTower = try TextTowerCheckpoint(store, facts: text, description: description)
    self.text = textTower
    self.image = try ViTCheckpoint(store, facts: image, description: description)
    guard let classes = self.image.classes, classes == textTower.configuration.embedding else {
      throw DiagnosticError(
        "\(store.name): images are projected to \(self.image.classes ?? 0) numbers, texts to "
          + "\(textTower.configuration.embedding)",
        hints: ["expected the same length of both"])
    }
    let scale = try store.entry("logit_scale").map { _ in try store.floats("logit_scale") }
    let value = scale ?? [Float(log(1 / 0.07))]
    guard value.count == 1, value[0].isFinite else {
      throw DiagnosticError(
        "\(store.name): tensor 'logit_scale' is no finite number", hints: ["expected shape []"])
    }
    logitScale = value[0]
  }
}
