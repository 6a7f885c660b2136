/// A whole number with a comma before each group of three digits.
func grouped(_ number: Int) -> String {
  let digits = "\(number.magnitude)"
  let groups = digits.enumerated().map { index, digit in
    index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
  }
  return (number < 0 ? "-" : "") + groups.joined()
}
