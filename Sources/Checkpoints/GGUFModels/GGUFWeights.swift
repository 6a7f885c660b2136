import PETL

/// The weights of a GGUF file under Hugging Face's names, in its order of rows and in its layout, with the
/// configuration that its key-values say.
///
/// Quantised tensors are handed out in single precision, or as they are (`blocks`).
public final class GGUFWeights: WeightStore {
  /// The file.
  public let file: GGUFFile
  /// The family of networks.
  public let architecture: GGUFArchitecture
  /// What Hugging Face's config.json would say, an object.
  public let configuration: JSONValue
  /// What the user should know.
  public let notes: [Note]
  /// The tensors under Hugging Face's names, sorted by name.
  public let entries: [TensorEntry]

  private let dimensions: GGUFDimensions
  private let places: [ExactName: Int]
  private let names: [GGUFTensorName]

  /// Maps the file at `path` and checks that it holds a network that is known.
  ///
  /// - Throws: `DiagnosticError` as `init(_:)` does.
  public convenience init(path: String) throws { try self.init(GGUFFile(path: path)) }

  /// Checks that a file holds a network that is known.
  ///
  /// - Throws: `DiagnosticError` if the architecture is another, or with every key and tensor that is
  ///   missing, unknown, of a wrong shape, or of a type that is not read.
  public init(_ file: GGUFFile) throws {
    let architecture = try Self.architecture(of: file)
    let configuration = try GGUFConfiguration(file, architecture)
    var found: [(entry: TensorEntry, name: GGUFTensorName)] = []
    var faults: [Diagnostic] = []
    for tensor in file.tensors where tensor.name != "rope_freqs.weight" {
      try faults.collect {
        found.append(try Self.entry(tensor, in: file, architecture, configuration.dimensions))
      }
    }
    try faults.throwIfAny()
    found.sort { ExactName($0.entry.name) < ExactName($1.entry.name) }
    self.file = file
    self.architecture = architecture
    self.configuration = .object(configuration.members)
    notes = configuration.notes
    dimensions = configuration.dimensions
    entries = found.map(\.entry)
    names = found.map(\.name)
    places = Dictionary(
      uniqueKeysWithValues: found.enumerated().map { (ExactName($1.entry.name), $0) })
  }

  /// The path as it was given.
  public var name: String { file.name }
  /// What the file says about itself.
  public var metadata: [String: String] { file.metadata }

  private static func architecture(of file: GGUFFile) throws -> GGUFArchitecture {
    let known = GGUFArchitecture.allCases.map(\.rawValue)
    guard let word = file.value("general.architecture")?.text else {
      throw DiagnosticError("\(file.name): there is no `general.architecture`")
    }
    guard let architecture = GGUFArchitecture(rawValue: word) else {
      throw DiagnosticError(
        "\(file.name): networks of the architecture `\(word)` are not read",
        hints: ["read are \(known.joined(separator: ", "))"])
    }
    return architecture
  }

  /// What a tensor of the file is called, and which shape it has, in Hugging Face's library.
  private static func entry(
    _ tensor: GGUFTensor, in file: GGUFFile, _ architecture: GGUFArchitecture,
    _ sizes: GGUFDimensions
  ) throws -> (TensorEntry, GGUFTensorName) {
    let words = "\(file.name): tensor `\(tensor.name)`"
    guard
      let name = GGUFTensorName(tensor.name, among: architecture.modules, by: \.gguf),
      (name.layer ?? 0) < sizes.layers
    else {
      throw DiagnosticError(
        "\(words) is no part of a \(architecture.rawValue) of \(sizes.layers) layers")
    }
    guard tensor.type.isReadable else {
      throw DiagnosticError(
        "\(words) is \(tensor.type.name), whose numbers are not read here",
        hints: ["quantise the original weights to Q4_K, Q6_K, Q8_0 or such"])
    }
    var shape = tensor.shape
    switch name.change {
    case .query, .key:
      let rows = (name.change == .query ? sizes.heads : sizes.keyHeads) * sizes.headWidth
      guard shape.first == rows else {
        throw DiagnosticError(
          "\(words) is \(shape), expected \(rows) rows: heads of \(sizes.headWidth)")
      }
    case .transposed:
      guard shape.count == 2 else { throw DiagnosticError("\(words) is \(shape), no matrix") }
      shape.reverse()
    case .plain, .oneMore: break
    }
    return (
      TensorEntry(
        name: name.library, type: tensor.type.scalar, shape: shape, byteRange: tensor.byteRange),
      name
    )
  }

  /// The tensor of that name, or nil; its type is F32 where it is quantised.
  public func entry(_ name: String) -> TensorEntry? { places[ExactName(name)].map { entries[$0] } }

  /// The numbers of a tensor as Hugging Face's library keeps them.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor.
  public func floats(_ name: String) throws -> [Float] {
    let part = try part(name)
    let values = try file.floats(part.gguf)
    switch part.change {
    case .plain: return values
    case .oneMore: return values.map { $0 - 1 }
    case .query, .key:
      let order = order(part)
      let width = values.count / order.count
      return order.flatMap { values[$0 * width..<($0 + 1) * width] }
    case .transposed:
      let shape = try required(name).shape
      let (rows, columns) = (shape[0], shape[1])
      return (0..<values.count).map { values[$0 % columns * rows + $0 / columns] }
    }
  }

  /// The bytes of a tensor in the type that its entry tells, as Hugging Face's library keeps it.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor.
  public func bytes(_ name: String) throws -> [UInt8] {
    let entry = try required(name)
    let record = TensorRecord.floating(
      name, as: entry.type, shape: entry.shape, try floats(name))
    return try record?.bytes ?? file.bytes(part(name).gguf)
  }

  private func part(_ name: String) throws -> GGUFTensorName {
    _ = try required(name)
    guard let place = places[ExactName(name)] else {
      throw DiagnosticError("\(self.name): there is no tensor `\(name)`")
    }
    return names[place]
  }

  private func order(_ part: GGUFTensorName) -> [Int] {
    let heads = part.change == .query ? dimensions.heads : dimensions.keyHeads
    return GGUFRotation.fileRows(heads: heads, width: dimensions.headWidth)
  }
}

extension GGUFWeights: BlockStore {
  /// The matrix [out, in] of a map or a table in its blocks; nil for what is no matrix.
  ///
  /// Rows of heads are in Hugging Face's order. GPT-2's maps are the transposes of what `floats` gives.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor.
  package func blocks(_ name: String) throws -> BlockMatrix? {
    let part = try part(name)
    let matrix = try file.blocks(part.gguf)
    switch part.change {
    case .query, .key: return matrix?.selecting(order(part))
    case .plain, .oneMore, .transposed: return matrix
    }
  }

  /// The type of a tensor as the file names it, such as Q4_K.
  package func storedType(_ name: String) -> String? {
    (try? part(name)).flatMap { file.storedType($0.gguf) }
  }

  /// Whether there is such a tensor: a file with others was refused.
  package func isReadable(_ name: String) -> Bool { entry(name) != nil }
}
