import PETL

/// The libraries whose files describe networks.
enum DescribedLibrary: String, Sendable {
  case timm
  case huggingFace = "Hugging Face"
  case openCLIP = "open_clip"
}

/// The kinds of networks that files describe.
enum DescribedFamily: String, Sendable {
  case vit = "a Vision Transformer"
  case swin = "a Swin Transformer"
}

extension NetworkDescription {
  /// Whether the file is about a network with these names: the file of another network may have sizes
  /// that are right by chance.
  ///
  /// - Parameters:
  ///   - naming: of the tensors.
  ///   - own: the kind of network that the tensors show.
  /// - Returns: what contradicts; a note where another library's file is taken at its word.
  func fit(
    _ naming: WeightNaming, _ own: DescribedFamily
  ) -> (problems: [Diagnostic], notes: [Note]) {
    if let family, family != own {
      return (
        [
          Diagnostic(
            "\(path): it describes \(family.rawValue), the tensors are those of \(own.rawValue)",
            hints: ["give the weights a folder of their own, with their own configuration"])
        ], []
      )
    }
    let writer = Self.library(of: naming)
    if library == .huggingFace, writer == .huggingFace, let modelType,
      let fitting = Self.namings[modelType.value], !fitting.contains(naming.id)
    {
      return (
        [
          Diagnostic(
            "\(path): \(modelType.key) is '\(modelType.value)', the tensors have the names of "
              + naming.summary,
            hints: ["give the weights a folder of their own, with their own configuration"])
        ], []
      )
    }
    guard let writer, writer != library else { return ([], []) }
    return (
      [],
      [
        .guess(
          "it is a file of \(library.rawValue), the tensors have the names of "
            + "\(naming.summary): what it says of them is taken, a guess", at: path)
      ]
    )
  }

  /// The namings of the networks of each type.
  private static let namings: [String: Set<String>] = [
    "vit": [WeightNaming.huggingFaceViT.id, WeightNaming.huggingFaceViTModules.id],
    "dinov2": [WeightNaming.huggingFaceDINOv2.id],
    "dinov2_with_registers": [WeightNaming.huggingFaceDINOv2.id],
    "clip": [WeightNaming.huggingFaceCLIP.id],
    "clip_vision_model": [WeightNaming.huggingFaceCLIP.id],
  ]

  /// Who writes files with such names and a configuration beside them; nil for others.
  private static func library(of naming: WeightNaming) -> DescribedLibrary? {
    if naming.id.hasPrefix("hf-") { return .huggingFace }
    if naming.id == WeightNaming.openCLIP.id { return .openCLIP }
    // DINOv2's and Swin's own repositories have timm's names, or nearly.
    return [WeightNaming.timm.id, "swin"].contains(naming.id) ? .timm : nil
  }

  /// The names of the classes of a head.
  ///
  /// - Parameter classes: how many the head has; nil without one.
  /// - Returns: nil where there are none, or not of so many; a note of names that are not used.
  func labels(ofHead classes: Int?) -> (names: [String]?, notes: [Note]) {
    guard let labels, let classes else { return (nil, []) }
    if labels.count == classes { return (labels, []) }
    return (
      nil,
      [
        Note(
          "it names \(labels.count) classes, the head has \(classes): the names are not "
            + "used, classes are known by their numbers", at: path)
      ]
    )
  }
}
