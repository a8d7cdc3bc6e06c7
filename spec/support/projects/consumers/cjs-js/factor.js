exports.FACTOR = 2;
