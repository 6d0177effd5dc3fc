import MartletModels

/// Tests name things by literals; the product never does.
extension GUID: ExpressibleByUnicodeScalarLiteral {
    init(unicodeScalarLiteral value: String) { self.init(value) }
}

extension GUID: ExpressibleByExtendedGraphemeClusterLiteral {
    init(extendedGraphemeClusterLiteral value: String) { self.init(value) }
}

extension GUID: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}
