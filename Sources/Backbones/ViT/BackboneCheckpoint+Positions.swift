extension BackboneCheckpoint {
  /// How positions are resampled to another image size; nil for a network without such positions.
  public var positionResampling: PositionResampling? { (self as? ViTCheckpoint)?.positions }
}
