// Comunica's server has no option for an address: with this it listens on loopback only.
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...rest) {
  return typeof where === "number" ? listen.call(this, where, "127.0.0.1", ...rest) : listen.call(this, where, ...rest);
};
