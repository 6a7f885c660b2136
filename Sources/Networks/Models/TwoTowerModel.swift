import Backbones
import Datasets
import Foundation
import PETL

/// A network that puts images and captions into one space, with adapters on either tower or both.
public final class TwoTowerModel: TrainedNetwork {
  /// The tower of images.
  public let image: ViT
  /// The tower of captions.
  public let text: TextTower
  /// What is attached to both, each site in its tower.
  public let adapters: AdapterSet
  /// ln of what cosines are multiplied by, [1].
  public let logitScale: Parameter
  /// [length, image width].
  public let imageProjection: Parameter
  /// [length, text width].
  public let textProjection: Parameter
  package let imageAdapters: AdapterSet
  private let textAdapters: AdapterSet

  /// Puts adapters on both towers.
  ///
  /// - Parameters:
  ///   - image: the tower of images; its head is the projection.
  ///   - text: the tower of captions.
  ///   - textProjection: [length, text width].
  ///   - logitScale: ln of what cosines are multiplied by; brought into 0...ln 100.
  ///   - adapters: at sites that are in a tower.
  ///   - learnsLogitScale: whether the scale is trained.
  ///   - learnsProjections: whether both projections are trained.
  public init(
    image: ViT, text: TextTower, textProjection: Tensor, logitScale: Float,
    adapters: AdapterSet = .none, learnsLogitScale: Bool = true, learnsProjections: Bool = false
  ) {
    guard let head = image.pretrainedHead else {
      stopProgram("The image tower of a CLIP has a projection.")
    }
    (self.image, self.text, self.adapters) = (image, text, adapters)
    imageAdapters = adapters.tower(.image)
    textAdapters = adapters.tower(.text)
    image.bind(imageAdapters)
    text.bind(textAdapters)
    let range = LogitScaleGeometry.range
    let scale = min(max(logitScale, range.lowerBound), range.upperBound)
    self.logitScale = Parameter(
      "logit_scale", Tensor([scale]), geometry: LogitScaleGeometry(), decays: false,
      isTrained: learnsLogitScale)
    imageProjection = Parameter("image_projection", head.weight, isTrained: learnsProjections)
    self.textProjection = Parameter("text_projection", textProjection, isTrained: learnsProjections)
  }

  /// Everything that is trained, with its full name, in a fixed order.
  public var parameters: [(name: String, parameter: Parameter)] {
    image.parameters.map { ("image.\($0.name)", $0.parameter) }
      + text.parameters.map { ("text.\($0.name)", $0.parameter) }
      + adapters.parameters + headParameters
  }

  /// Scale and projections, where they are trained.
  public var headParameters: [(name: String, parameter: Parameter)] {
    [logitScale, imageProjection, textProjection].filter(\.isTrained).map { ($0.name, $0) }
  }

  /// The frozen weight of a map in either tower, [out, in]; nil for another site.
  public func frozenWeight(at site: AdaptationSite) -> Tensor? {
    let own = site.placed(in: nil)
    return (site.tower == .text ? text.map(at: own) : image.map(at: own))?.weight
  }

  /// The embeddings of some images of a split, [indices.count, length], each of length 1.
  package func imageEmbeddings(
    of indices: [Int], in images: LabelledImages, _ pipeline: ImagePipeline,
    cache: ActivationCache?, epoch: RandomGenerator? = nil, pass: ForwardPass,
    isAdapted: Bool = true
  ) -> Tensor {
    image.features(
      of: indices, in: images, pipeline, cache: cache, epoch: epoch,
      adapters: isAdapted ? imageAdapters : .none, pass: pass
    ).linear(weight: imageProjection.value, bias: nil).normalizedRows()
  }

  /// The embeddings of captions, [texts, length], each of length 1.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each, from its start to its end.
  ///   - pass: over as many.
  ///   - isAdapted: whether the adapters take part.
  /// - Returns: a row for each text.
  public func textEmbeddings(
    _ texts: [[Int]], pass: ForwardPass, isAdapted: Bool = true
  ) -> Tensor {
    text.features(texts, adapters: isAdapted ? textAdapters : .none, pass: pass)
      .linear(weight: textProjection.value, bias: nil).normalizedRows()
  }
}
