
uniform vec3 eye_point;
uniform vec3 light_direction[LIGHTS];
uniform vec3 light_colour[LIGHTS];
uniform mat4 light_matrix[LIGHTS];
uniform sampler2DShadow shadow_0;
uniform sampler2DShadow shadow_1;
uniform sampler2D detail_map;
uniform vec3 tint;
uniform float detail;
uniform float gloss;
uniform vec3 key_direction;

layout(location = 0) out vec4 radiance;    // light as it leaves the surface; a = coverage
layout(location = 1) out vec4 irradiance;  // light that enters the skin; a = skin coverage
layout(location = 2) out vec4 albedo;

float shadow(int i) {
    vec3 p = position + normalize(normal) * 0.012;
    vec3 q = (light_matrix[i] * vec4(p, 1.0)).xyz * 0.5 + 0.5;
    q.z -= 0.0015;
    return i == 0 ? texture(shadow_0, q) : texture(shadow_1, q);
}

vec3 bumped(vec3 n, float height, float strength) {
    vec3 dx = dFdx(position), dy = dFdy(position);
    vec3 r1 = cross(dy, n), r2 = cross(n, dx);
    float det = dot(dx, r1);
    vec3 slope = sign(det) * (dFdx(height) * r1 + dFdy(height) * r2);
    return normalize(abs(det) * n - strength * slope);
}

float fifth_power(float x) {
    return x * x * x * x * x;
}

// A cosine-like wave from 0 to 1 with period 1.
float wave(float x) {
    float t = abs(fract(x) * 2.0 - 1.0);
    return t * t * (3.0 - 2.0 * t);
}

float ggx(vec3 n, vec3 v, vec3 l, float roughness, float f0) {
    vec3 h = normalize(v + l);
    float a = roughness * roughness, nh = max(dot(n, h), 0.0);
    float d = nh * nh * (a * a - 1.0) + 1.0;
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05);
    float k = a * 0.5;
    float g = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
    float f = f0 + (1.0 - f0) * fifth_power(1.0 - max(dot(v, h), 0.0));
    return a * a / (3.1416 * d * d) * g * f * 0.25 * nl;
}

float strand_light(vec3 t, vec3 v, vec3 l, float shift, float power) {
    vec3 h = normalize(v + l);
    float th = dot(normalize(t + shift * normalize(normal)), h);
    return pow(max(1.0 - th * th, 0.0), power * 0.5);
}

// What a wet eye mirrors: a window-like softbox, a dim one, a bright ceiling.
float mirrored(vec3 r) {
    vec3 k = normalize(key_direction);
    vec3 side = normalize(cross(vec3(0, 1, 0), k)), up = cross(k, side);
    float along = dot(r, k);
    vec2 w = vec2(dot(r, side), dot(r, up)) / max(along, 0.01);
    float window = along > 0.0
        ? smoothstep(0.30, 0.24, abs(w.x)) * smoothstep(0.36, 0.30, abs(w.y)) : 0.0;
    vec2 f = r.xy - vec2(0.62, 0.12);
    float fill = smoothstep(0.22, 0.10, length(f * vec2(1.4, 0.8))) * 0.10;
    return window + fill + 0.02 * smoothstep(-0.2, 0.9, r.y);
}

void shade_skin(vec3 base, vec3 n, vec3 v) {
    float pores = texture(detail_map, uv * 9.0).r;
    vec3 fine = bumped(n, pores, detail * smoothstep(0.05, 0.7, dot(n, v)));
    vec3 light = vec3(0), shine = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 l = light_direction[i];
        vec3 e = light_colour[i] * shadow(i);
        float wrapped = max((dot(mix(n, fine, 0.6), l) + 0.12) / 1.12, 0.0);
        light += e * wrapped;
        // One direction of a wide light behind the face would leave a hard-edged patch on a cheek.
        float facing = smoothstep(0.1, 0.5, 0.5 * length(v + l));
        shine += facing * e * 3.1416
            * (0.7 * ggx(fine, v, l, 0.50, 0.028) + 0.3 * ggx(fine, v, l, 0.32, 0.028));
    }
    shine *= gloss * (0.6 + 0.8 * pores) * smoothstep(0.2, 0.9, tangent.r);
    radiance = vec4(shine / (1.0 + 0.35 * shine), 1.0);  // no glaring slivers at grazing angles
    irradiance = vec4(light, 1.0);
    albedo = vec4(base, 1.0);
}

void shade_hair(vec3 base, vec3 n, vec3 v) {
    vec3 t = normalize(tangent);
    vec3 light = vec3(0), shine = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 l = light_direction[i];
        vec3 e = light_colour[i] * shadow(i);
        float across = sqrt(max(1.0 - dot(t, l) * dot(t, l), 0.0));
        float facing = clamp(dot(n, l) * 0.6 + 0.4, 0.0, 1.0);
        light += e * mix(max(dot(n, l), 0.0), across * facing, 0.85);
        shine += e * max(dot(n, l), 0.0) * (0.16 * strand_light(t, v, l, -0.12 + 0.1 * extra, 90.0)
            + 1.1 * base * strand_light(t, v, l, 0.14 + 0.1 * extra, 28.0));
    }
    radiance = vec4(base * light + gloss * shine, 1.0);
}

void shade_fringe(vec3 base, vec3 n, vec3 v) {
    vec3 total = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 l = light_direction[i];
        vec3 e = light_colour[i] * shadow(i);
        total += e * (base * max(dot(n, l), 0.0) + gloss * ggx(n, v, l, 0.6, 0.0) * 3.1416);
    }
    radiance = vec4(total, 1.0);
}

// Teeth and tongue let light through: the shadow of a lip is never black on them.
void shade_mouth(vec3 base, vec3 n, vec3 v) {
    vec3 total = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 l = light_direction[i];
        float lit = shadow(i), wrapped = max((dot(n, l) + 0.4) / 1.4, 0.0);
        vec3 shine = vec3(lit * gloss * ggx(n, v, l, 0.28, 0.04) * 3.1416);
        total += light_colour[i] * (mix(lit, 1.0, 0.3) * base * wrapped + shine);
    }
    radiance = vec4(total, 1.0);
}

void shade_cloth(vec3 base, vec3 n, vec3 v) {
    vec2 grid = vec2(uv.x * 34.0, uv.y * 38.0 + abs(fract(uv.x * 34.0) - 0.5) * 0.9);
    float stitch = wave(grid.x) * (0.5 + 0.5 * wave(grid.y));
    float rib = wave(uv.x * 15.0);
    float height = mix(stitch, rib, clamp(extra, 0.0, 1.0));
    vec3 fine = bumped(n, height, detail);
    float edge = 1.0 - max(dot(n, v), 0.0);
    float fuzz = edge * edge * edge * 0.25;
    vec3 total = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 l = light_direction[i];
        vec3 e = light_colour[i] * shadow(i);
        total += e * base * (max((dot(fine, l) + 0.15) / 1.15, 0.0) + fuzz * max(dot(n, l) + 0.4, 0.0));
    }
    radiance = vec4(total * mix(1.0, 0.72 + 0.28 * height, min(detail * 80.0, 1.0)), 1.0);
}

void shade_eye(vec3 base, vec3 n, vec3 v) {
    vec3 light = vec3(0);
    for (int i = 0; i < LIGHTS; i++) {
        vec3 e = light_colour[i] * mix(shadow(i), 1.0, 0.08);
        light += e * max((dot(n, light_direction[i]) + 0.35) / 1.35, 0.0);
    }
    radiance = vec4(base * light, 1.0);
}

void main() {
    vec4 texel = kind == CLOTH || kind == STRAND ? vec4(1.0) : texture(colour_map, uv);
    float alpha = kind == STRAND ? 1.0 : texel.a;
    if (cut_away(alpha)) discard;
    vec3 base = texel.rgb * tint;
    vec3 v = normalize(eye_point - position);
    vec3 n = normalize(normal);
    if ((kind == FRINGE || kind == CLOTH || kind == STRAND) && dot(n, v) < 0.0) n = -n;
    irradiance = vec4(0);
    albedo = vec4(0);
    if (kind == SKIN) shade_skin(base * tangent, n, v);
    else if (kind == STRAND) shade_hair(tint * (0.7 + 0.6 * extra), n, v);
    else if (kind == FRINGE) shade_fringe(base, n, v);
    else if (kind == CLOTH) shade_cloth(tint, n, v);
    else if (kind == EYE) shade_eye(base, n, v);
    else if (kind == MOUTH) shade_mouth(base, n, v);
    else {
        float fresnel = 0.03 + 0.97 * fifth_power(1.0 - max(dot(n, v), 0.0));
        float lit = 0.25 + 0.75 * shadow(0);
        radiance = vec4(vec3(mirrored(reflect(-v, n)) * min(fresnel, 0.25) * gloss * lit), 0.0);
    }
}
