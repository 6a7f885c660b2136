/// A number with all its digits.
///
/// What is not a number has no sign: that is chance, and differs between machines.
package func exact(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

/// A number of single precision with all its digits.
package func exact(_ value: Float) -> String { value.isNaN ? "nan" : "\(value)" }
