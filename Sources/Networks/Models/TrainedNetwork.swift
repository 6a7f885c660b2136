import PETL

/// A network with adapters on it whatever its task: what optimizers move and checkpoints hold.
public protocol TrainedNetwork: AnyObject {
  /// What is attached to it.
  var adapters: AdapterSet { get }
  /// Everything that is trained, with its full name, in a fixed order.
  var parameters: [(name: String, parameter: Parameter)] { get }
  /// The part of `parameters` that belongs to neither adapters nor backbone.
  var headParameters: [(name: String, parameter: Parameter)] { get }
  /// The frozen weight of the linear map at a site, [out, in]; nil for another site.
  func frozenWeight(at site: AdaptationSite) -> Tensor?
}

extension TrainedNetwork {
  /// What is stored: everything that is trained, and the adapters' constants.
  public var stored: [(name: String, parameter: Parameter)] { parameters + adapters.constants }

  /// The part of `parameters` that is the backbone's own.
  package var backboneParameters: [(name: String, parameter: Parameter)] {
    let others = Set((adapters.parameters + headParameters).map { ObjectIdentifier($0.parameter) })
    return parameters.filter { !others.contains(ObjectIdentifier($0.parameter)) }
  }

  /// How many numbers are trained in all.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.value.count } }

  /// How many numbers are trained of the head.
  public var headParameterCount: Int {
    headParameters.reduce(0) { $0 + $1.parameter.value.count }
  }

  /// How many numbers are trained besides the head: the adapters', and the backbone's own.
  public var adapterParameterCount: Int { parameterCount - headParameterCount }

  /// The values of all parameters, copied.
  public func snapshot() -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.parameter.value.copied()) })
  }

  /// Brings all parameters back to a snapshot of this model.
  public func restore(_ snapshot: [String: Tensor]) {
    for (name, parameter) in parameters {
      if let value = snapshot[name] { parameter.update(to: value) }
    }
  }

  /// The name of a parameter that holds an infinity or a NaN.
  package var firstNonFinite: String? {
    parameters.first { !$0.parameter.value.values.allSatisfy(\.isFinite) }?.name
  }
}
