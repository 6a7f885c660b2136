public import Checkpoints
public import PETL

/// The tensors of a network in a file, by our names: what an adapter can be merged into.
public protocol NetworkTensors {
  /// The tensors as the file has them.
  var store: any WeightStore { get }
  /// The number of classes of its head; nil without one.
  var classes: Int? { get }

  /// The metadata of the file, and what else a file of these tensors alone must say in its metadata to be
  /// read as this network.
  var metadata: [String: String] { get }

  /// The tensors of the map, norm or embedding at a site; nil for a site that has none of its own.
  func tensors(at site: AdaptationSite) -> SiteTensors?

  /// The shape of a tensor as we have it; nil when the file has none of that name.
  ///
  /// - Parameter name: timm's.
  /// - Returns: as PyTorch has it.
  func shape(of name: String) -> [Int]?

  /// The numbers of a tensor as we have it.
  ///
  /// - Parameter name: timm's.
  /// - Returns: row-major.
  /// - Throws: `DiagnosticError` when the file has none of that name or it cannot be read.
  func values(of name: String) throws -> [Float]

  /// The tensors of the file that hold one of ours, with new numbers.
  ///
  /// - Parameters:
  ///   - name: timm's, of a tensor that the file has.
  ///   - values: as we have it.
  ///   - shape: ours; that of the file, but for the classes of a head.
  /// - Returns: for each tensor its name, shape and numbers in the file's order.
  func stored(_ name: String, _ values: [Float], shape: [Int]) -> [StoredTensor]
}
