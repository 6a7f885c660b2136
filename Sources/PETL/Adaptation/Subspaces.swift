/// What an adapter adds, as a sum of rank-one maps: ΔH = Σᵢ sᵢ bᵢᵀ = S B.
///
/// A subspace may also hold several of them: with a dimension ρ the first ρ columns of S and rows of B are
/// the first subspace, and so on. Gram matrices are always those of the single maps.
///
/// Everything here is differentiable and computed at most once: two regularizers that ask for the
/// same Gram matrix share it. The r feature maps themselves are built only on request; every
/// measure of ReSoRA has a closed form in the r × r matrices (docs/architecture.md).
///
/// Laws: the order of subspaces carries no meaning; `delta` equals the sum of `featureMaps` (and the
/// remainder, if there is one); scaling
/// sᵢ by a and bᵢ by 1/a changes nothing that is added to the network.
public final class Subspaces {
  /// S, [tokens, r ρ], through any nonlinearity and dropout already.
  ///
  /// Rows are image by image, or text by text, and only those of tokens.
  ///
  /// Where a batch goes through the network in parts they are those of all parts, brought together when they are asked
  /// for; the Gram matrices need no such thing.
  public var coefficients: Tensor { source.coefficients }
  /// B, [r ρ, out]: any scale of the adapter is already in it.
  public let basis: Tensor
  /// The input directions A, [r ρ, in], when the adapter is linear; for weight-space measures.
  public let directions: Tensor?
  /// Which rows of S belong to each image or text.
  public let rows: TokenRows
  /// How many rank-one maps each subspace holds: ρ.
  public let dimension: Int
  /// What is added to the network beside the subspaces and compared with nothing: a bias, as
  /// coefficients [tokens, k] and basis [k, out]; nil when there is no such thing.
  public var remainder: (coefficients: Tensor, basis: Tensor)? {
    remainderBasis.flatMap { basis in source.remainder.map { ($0, basis) } }
  }

  /// Where the coefficients are.
  private let source: any CoefficientSource
  private let remainderBasis: Tensor?

  /// Makes subspaces.
  ///
  /// - Parameters:
  ///   - coefficients: S, [tokens, r].
  ///   - basis: B, [r, out].
  ///   - directions: A, [r, in], where S is a linear function of the input.
  ///   - images: divides the number of tokens.
  ///   - dimension: how many rank-one maps each subspace holds; divides their number.
  ///   - remainder: what is added beside the subspaces.
  public convenience init(
    coefficients: Tensor, basis: Tensor, directions: Tensor? = nil, images: Int,
    dimension: Int = 1, remainder: (coefficients: Tensor, basis: Tensor)? = nil
  ) {
    require(
      coefficients.rank == 2, "Coefficients are [tokens, maps], not \(coefficients.shape).")
    require(
      images > 0 && coefficients.shape[0] % images == 0,
      "\(coefficients.shape[0]) tokens do not divide into \(images) images.")
    self.init(
      coefficients: coefficients, basis: basis, directions: directions,
      rows: TokenRows(count: images, length: coefficients.shape[0] / images),
      dimension: dimension, remainder: remainder)
  }

  /// Makes subspaces of images or texts that need not have equally many tokens.
  ///
  /// - Parameters:
  ///   - coefficients: S, [tokens, r], with no other rows than those of tokens.
  ///   - basis: B, [r, out].
  ///   - directions: A, [r, in], where S is a linear function of the input.
  ///   - rows: which rows of S belong to each image or text.
  ///   - dimension: how many rank-one maps each subspace holds; divides their number.
  ///   - remainder: what is added beside the subspaces.
  public convenience init(
    coefficients: Tensor, basis: Tensor, directions: Tensor? = nil, rows: TokenRows,
    dimension: Int = 1, remainder: (coefficients: Tensor, basis: Tensor)? = nil
  ) {
    require(
      coefficients.rank == 2 && basis.rank == 2 && coefficients.shape[1] == basis.shape[0],
      "Coefficients \(coefficients.shape) and basis \(basis.shape) do not fit together.")
    require(
      coefficients.shape[0] == rows.count,
      "\(coefficients.shape[0]) rows of coefficients are not \(rows.count) tokens.")
    require(
      directions == nil || directions?.shape.first == basis.shape[0],
      "There is one input direction for each subspace.")
    self.init(
      HeldCoefficients(coefficients, remainder: remainder?.coefficients), basis: basis,
      directions: directions, rows: rows, dimension: dimension, remainderBasis: remainder?.basis)
  }

  /// Makes subspaces whose coefficients are somewhere else.
  ///
  /// - Parameters:
  ///   - source: where the coefficients are.
  ///   - basis: B, [r, out].
  ///   - directions: A, [r, in].
  ///   - rows: which rows of S belong to each image or text.
  ///   - dimension: how many rank-one maps each subspace holds.
  ///   - remainderBasis: the basis of what is added beside the subspaces.
  init(
    _ source: any CoefficientSource, basis: Tensor, directions: Tensor?, rows: TokenRows,
    dimension: Int, remainderBasis: Tensor?
  ) {
    (self.source, self.basis, self.directions) = (source, basis, directions)
    require(
      dimension > 0 && basis.shape[0] % dimension == 0,
      "Subspaces of dimension \(dimension) do not divide \(basis.shape[0]) rank-one maps.")
    (self.rows, self.dimension, self.remainderBasis) = (rows, dimension, remainderBasis)
  }

  /// Makes subspaces with a bias [out], which belongs to none of them.
  ///
  /// - Parameters:
  ///   - coefficients: S, [tokens, r].
  ///   - basis: B, [r, out].
  ///   - directions: A, [r, in], where S is a linear function of the input, up to a constant.
  ///   - images: divides the number of tokens.
  ///   - bias: added to every token; nil for none.
  public convenience init(
    coefficients: Tensor, basis: Tensor, directions: Tensor? = nil, images: Int, bias: Tensor?
  ) {
    require(
      coefficients.rank == 2, "Coefficients are [tokens, maps], not \(coefficients.shape).")
    self.init(
      coefficients: coefficients, basis: basis, directions: directions, images: images,
      remainder: bias.map {
        (.ones([coefficients.shape[0], 1]), $0.reshaped([1, $0.count]))
      })
  }

  /// How many subspaces there are: r.
  public var count: Int { basis.shape[0] / dimension }
  /// How many images or texts the tokens belong to.
  public var images: Int { rows.lengths.count }
  /// How many token rows there are, over all images.
  public var tokens: Int { rows.count }
  /// How many pairs of subspaces there are: r (r − 1) / 2.
  public var pairCount: Int { count * (count - 1) / 2 }

  /// ΔH = S B, and the remainder, [tokens, out].
  public var delta: Tensor {
    let (coefficients, basis) = factors
    return coefficients.expanded(in: basis)
  }

  /// S and B with the remainder's beside them, so that ΔH is one product.
  var factors: (coefficients: Tensor, basis: Tensor) {
    guard let remainder else { return (coefficients, basis) }
    return (
      .concatenated([coefficients, remainder.coefficients], axis: 1),
      .concatenated([basis, remainder.basis], axis: 0)
    )
  }

  /// G = SᵀS, [r, r].
  public private(set) lazy var coefficientGram: Tensor = source.gram()
  /// G with the mean over tokens taken from each coefficient, [r, r].
  public private(set) lazy var centeredCoefficientGram: Tensor = source.centeredGram()
  /// M = B Bᵀ, [r, r].
  public private(set) lazy var basisGram: Tensor = basis.matmul(basis, transposingOther: true)
  /// A Aᵀ, [r, r]; nil where there are no input directions.
  public private(set) lazy var directionGram: Tensor? = directions.map {
    $0.matmul($0, transposingOther: true)
  }
  /// The r feature maps sᵢ bᵢᵀ in full, [r, tokens, out]: r times the memory of the layer's output.
  public private(set) lazy var featureMaps: Tensor = {
    if dimension > 1 {
      return coefficients.reshaped([tokens, count, dimension]).transposed([1, 0, 2])
        .matmul(basis.reshaped([count, dimension, basis.shape[1]]))
    }
    return coefficients.transposed().reshaped([count, tokens, 1])
      * basis.reshaped([count, 1, basis.shape[1]])
  }()

  /// The same rank-one maps in subspaces of another dimension.
  ///
  /// - Parameter dimension: how many rank-one maps each subspace holds; divides their number, else the
  ///   program stops with both.
  /// - Returns: subspaces with the same coefficients and basis.
  public func grouped(_ dimension: Int) -> Subspaces {
    if dimension == self.dimension { return self }
    return Subspaces(
      source, basis: basis, directions: directions, rows: rows, dimension: dimension,
      remainderBasis: remainderBasis)
  }

  /// The same without the rows that stand for no token.
  ///
  /// - Parameter rows: the tokens of each image or text, which here are filled up to equal lengths.
  /// - Returns: subspaces of the tokens alone.
  func counting(_ rows: TokenRows) -> Subspaces {
    require(
      rows.lengths.count == images && self.rows.isEven && rows.longest <= self.rows.longest,
      "\(images) texts of \(self.rows.longest) rows are not of \(rows.lengths) tokens.")
    let kept = rows.rows(filledUpTo: self.rows.longest)
    let isWhole = kept.count == tokens
    func counted(_ x: Tensor) -> Tensor { isWhole ? x : x.gathered(kept) }
    return Subspaces(
      coefficients: counted(coefficients), basis: basis, directions: directions, rows: rows,
      dimension: dimension,
      remainder: remainder.map { (counted($0.coefficients), $0.basis) })
  }

  /// The same subspaces of the weight itself, ΔW = Σᵢ bᵢ aᵢᵀ; nil without input directions.
  ///
  /// The input directions take the place of the coefficients and input channels that of tokens.
  public private(set) lazy var inWeightSpace: Subspaces? = directions.map {
    Subspaces(
      coefficients: $0.transposed(), basis: basis, directions: $0, images: 1, dimension: dimension)
  }

  /// How redundant the subspaces are, 0 … 1: the mean over pairs of |ρᵢⱼ|.
  ///
  /// ρ is the correlation of coefficients over the tokens; of subspaces of several dimensions it is
  /// `alignment(centered: true)`. The figure that runs log, whatever they regularize.
  public func redundancy() -> Float {
    noGradient {
      dimension == 1
        ? centeredCoefficientGram.correlation().offDiagonalMean().item
        : alignment(centered: true).offDiagonalMean(exponent: 0.5).item
    }
  }
}
