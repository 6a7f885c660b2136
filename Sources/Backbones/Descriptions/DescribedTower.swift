import PETL

/// A value of a configuration and the key that says it, for messages.
struct Described<Value: Sendable>: Sendable {
  /// The value.
  let value: Value
  /// The key, `` `model_args.num_heads` ``.
  let key: String

  init(_ value: Value, key: String) { (self.value, self.key) = (value, key) }

  /// Another value with the same key.
  func map<Other>(_ transform: (Value) -> Other) -> Described<Other> {
    Described<Other>(transform(value), key: key)
  }
}

/// Height and width in pixels.
struct ImageExtent: Sendable, Equatable, CustomStringConvertible {
  let height: Int
  let width: Int

  /// Height × width.
  var description: String { "\(height)×\(width)" }
}

/// How the tokens of the last block become one feature.
enum Pooling: String, Sendable {
  /// The class token.
  case token = "the class token"
  /// The mean of the patches' tokens, without class token and registers.
  case patches = "the mean of the patches"
  /// The mean of all tokens.
  case all = "the mean of all tokens"
}

/// What a configuration says of one network, whatever library wrote it; nil for what it does not say.
struct DescribedTower: Sendable {
  /// A size that the tensors show too.
  enum Size: String, Sendable {
    case width, depth
    case registers = "number of registers"
    case features = "width of the features"
    case mlpWidth = "width of the MLPs"
  }

  /// The heads of attention.
  var heads: Described<Int>?
  /// The heads of each stage of a Swin.
  var stageHeads: Described<[Int]>?
  /// The blocks of each stage of a Swin.
  var depths: Described<[Int]>?
  /// The ε of layer norms.
  var epsilon: Described<Float>?
  /// The function in the MLP.
  var activation: Described<Activation>?
  /// What the feature is made of.
  var pooling: Described<Pooling>?
  /// What else the file says of that, where it contradicts itself.
  var otherPooling: Described<Pooling>?
  /// Whether `pooling` is said of this network, not of its architecture.
  var isPoolingGiven = true
  /// Whether the last norm comes after pooling.
  var normalizesAfterPooling: Described<Bool>?
  /// Whether class token and registers have positions of their own.
  var positionsPrefix: Described<Bool>?
  /// Whether there is a class token.
  var hasClassToken: Described<Bool>?
  /// Whether the maps to query, key and value have biases.
  var hasQueryKeyValueBias: Described<Bool>?
  /// Whether tokens are normalised before the first block.
  var normalizesFirst: Described<Bool>?
  /// The images that the positions are for.
  var image: Described<ImageExtent>?
  /// The images that the network is usually given.
  var usualImage: Described<ImageExtent>?
  /// Height and width of a patch.
  var patch: Described<ImageExtent>?
  /// Sizes that must be those of the tensors.
  var sizes: [(size: Size, described: Described<Int>)] = []

  /// Says nothing.
  init() {}

  /// Adds a size that the tensors must have, if it is said.
  mutating func expect(_ size: Size, _ described: Described<Int>?) {
    if let described { sizes.append((size, described)) }
  }
}
