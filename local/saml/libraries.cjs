// The types of both libraries bring those of a browser along (`/// <reference lib="dom" />`), which would then be known,
// and so allowed, in every file of this project. Hence they are loaded here, and libraries.d.cts types what is used.
const { SAML } = require('@node-saml/node-saml');
const { SignedXml } = require('xml-crypto');

module.exports = { SAML, SignedXml };
