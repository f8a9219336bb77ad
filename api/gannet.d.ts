// The public API of gannet.


