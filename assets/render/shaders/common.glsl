#version 330
#define LIGHTS 2
const int SKIN = 0, CLOTH = 1, EYE = 2, MOUTH = 3, FRINGE = 4, CORNEA = 5, STRAND = 6;
uniform int kind;
uniform sampler2D colour_map;
uniform float seed;
in vec3 position;
in vec3 normal;
in vec3 tangent;
in vec2 uv;
in float extra;

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.x + p.y) * p.z);
}

// Stochastic transparency: averaged over the passes this is exact blending in any order.
bool cut_away(float alpha) {
    if (kind == SKIN) return extra < 0.0;
    if (kind == EYE) return alpha < 0.5;
    if (kind == CORNEA) return alpha >= 0.5;
    if (kind == FRINGE || kind == STRAND)
        return alpha <= hash(vec3(gl_FragCoord.xy, seed));
    return false;
}
