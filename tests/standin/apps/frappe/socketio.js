throw new Error("the stand-in for node serves this by itself");
