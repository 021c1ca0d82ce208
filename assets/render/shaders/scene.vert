#version 330
uniform mat4 view_projection;
uniform vec2 jitter;  // in clip space, one sample of a pixel's area
in vec3 in_position;
in vec3 in_normal;
in vec3 in_tangent;  // along the strand; for skin a colour factor
in vec2 in_uv;
in float in_extra;  // below zero: hidden under clothing
out vec3 position;
out vec3 normal;
out vec3 tangent;
out vec2 uv;
out float extra;

void main() {
    position = in_position;
    normal = in_normal;
    tangent = in_tangent;
    uv = in_uv;
    extra = in_extra;
    gl_Position = view_projection * vec4(in_position, 1.0);
    gl_Position.xy += jitter * gl_Position.w;
}
