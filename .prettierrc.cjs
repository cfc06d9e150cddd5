// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
module.exports = {
  plugins: [require.resolve("@prettier/plugin-xml")],
  bracketSpacing: false,
  printWidth: 88,
  semi: true,
  trailingComma: "es5",
  xmlWhitespaceSensitivity: "preserve",
};
