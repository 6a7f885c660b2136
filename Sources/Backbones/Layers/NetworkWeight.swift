import PETL

/// A weight of a network: frozen, or a parameter that training gives other values.
enum NetworkWeight {
  case frozen(Tensor)
  case trained(Parameter)

  /// The value that is in force: to be asked for at each use.
  var value: Tensor {
    switch self {
    case .frozen(let value): value
    case .trained(let parameter): parameter.value
    }
  }
}
