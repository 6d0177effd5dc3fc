public import MartletModels

/// Tests name things by literals; the product never does.
extension GUID: ExpressibleByUnicodeScalarLiteral {
    public init(unicodeScalarLiteral value: String) { self.init(value) }
}

extension GUID: ExpressibleByExtendedGraphemeClusterLiteral {
    public init(extendedGraphemeClusterLiteral value: String) { self.init(value) }
}

extension GUID: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value) }
}
